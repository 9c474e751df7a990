/** What can be done in the viewer can be done by the API: each form has its operation, or the reason why it has none. */
import Router from '@koa/router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type AgentOperation, apiRoutes } from '../../../src/edges/http/api/routes.ts';
import { startViewer, type Viewer } from '../http/viewer.ts';

const browser = 'about this browser, its session or its agent’s keys: a program has its token';
const files = 'writes a file of the configuration, which programs write as such';
const whole = 'goes through the whole desk: a program has the command line';
const alarm = 'an admin says that he has seen it';

/** By the address of the form: the operation that does the same, or why there is none. */
const forms: Readonly<Record<string, AgentOperation | { readonly none: string }>> = {
  '/login': { none: browser },
  '/login/:token': { none: browser },
  '/logout': { none: browser },
  '/second-step': { none: browser },
  '/language': { none: browser },
  '/look': { none: browser },
  '/account/sessions/end': { none: browser },
  '/account/sessions/end-others': { none: browser },
  '/account/totp': { none: browser },
  '/account/totp/codes': { none: browser },
  '/account/totp/off': { none: browser },
  '/account/tokens': { none: browser },
  '/account/tokens/revoke': { none: browser },
  '/account/feeds/renew': { none: browser },
  '/tickets/:number/presence': { none: browser },
  '/account': { none: browser },
  '/account/absence': { none: files },
  '/account/keys': { none: files },
  '/account/keys/single': { none: files },
  '/account/keys/usual': { none: files },
  '/account/notify': { none: files },
  '/account/report': { none: files },
  '/account/time-zone': { none: files },
  '/account/images': { none: browser },
  '/tickets/:number/messages/:name/images': { none: browser },
  '/agents': { none: files },
  '/agents/:login/disable': { none: files },
  '/agents/:login/enable': { none: files },
  '/agents/:login/link': { none: files },
  '/agents/:login/roles': { none: files },
  '/agents/:login/sessions': { none: files },
  '/agents/:login/totp-off': { none: files },
  '/answers/edit': { none: files },
  '/erase': { none: whole },
  '/views': { none: files },
  '/views/change': { none: files },
  '/tickets/:number/messages/:name/redact': 'redactMessage',
  '/begin/:step/later': { none: files },
  '/begin/colleague': { none: files },
  '/begin/desk': { none: files },
  '/begin/put-away': { none: files },
  '/begin/queue': { none: files },
  '/begin/receiving/mailbox': { none: files },
  '/begin/sending': { none: files },
  '/begin/sending/try': { none: files },
  '/begin/take-out': { none: files },
  '/companies/:domain/describe': { none: files },
  '/companies/:domain/restrict': { none: files },
  '/mails/acknowledge': { none: alarm },
  '/bulk': 'changeMany',
  '/bulk/:id/run': 'changeMany',
  '/bulk/:id/undo': 'undoMany',
  '/customers/:address/describe': 'changeCustomer',
  '/customers/:address/join': 'changeCustomer',
  '/customers/:address/restrict': 'changeCustomer',
  '/customers/:address/unjoin': 'changeCustomer',
  '/new': 'openTicket',
  '/notifications/read': 'readNotifications',
  '/tickets/:number/advice': 'askAdvice',
  '/tickets/:number/advice-done': 'endAdvice',
  '/tickets/:number/answer': 'replyToTicket',
  '/tickets/:number/appointment': 'makeAppointment',
  '/tickets/:number/appointment/cancel': 'cancelAppointment',
  '/tickets/:number/call': 'noteCall',
  '/tickets/:number/close': 'updateTicket',
  '/tickets/:number/closing': 'updateTicket',
  '/tickets/:number/draft': 'saveDraft',
  '/tickets/:number/draft/discard': 'discardDraft',
  '/tickets/:number/draft/files': 'saveDraft',
  '/tickets/:number/draft/later': 'scheduleDraft',
  '/tickets/:number/draft/now': 'scheduleDraft',
  '/tickets/:number/draft/recall': 'scheduleDraft',
  '/tickets/:number/fields': 'updateTicket',
  '/tickets/:number/forward': 'forwardMessage',
  '/tickets/:number/hand-over': 'handOverTicket',
  '/tickets/:number/insert': 'fillAnswer',
  '/tickets/:number/level': 'escalateTicket',
  '/tickets/:number/merge': 'mergeTicket',
  '/tickets/:number/move': 'moveMessage',
  '/tickets/:number/not-spam': 'markNotSpam',
  '/tickets/:number/note': 'noteOnTicket',
  '/tickets/:number/put-back': 'moveMessage',
  '/tickets/:number/remove': 'removeTicket',
  '/tickets/:number/resend': 'resendMessage',
  '/tickets/:number/restore': 'restoreTicket',
  '/tickets/:number/snooze': 'snoozeTicket',
  '/tickets/:number/spam': 'markSpam',
  '/tickets/:number/split': 'splitTicket',
  '/tickets/:number/suggestion': 'updateTicket',
  '/tickets/:number/undo': 'undoChange',
  '/tickets/:number/unmerge': 'unmergeTicket',
  '/tickets/:number/update': 'updateTicket',
  '/tickets/:number/wait': 'updateTicket',
  '/tickets/:number/wake': 'wakeTicket',
  '/trouble/:name/release': 'releaseTrouble',
};

let viewer: Viewer;
let posts: readonly string[];

beforeEach(async () => {
  const added = vi.spyOn(Router.prototype, 'post');
  viewer = await startViewer();
  posts = added.mock.calls.flatMap(([path]) => (typeof path === 'string' ? [path] : []));
  added.mockRestore();
});

afterEach(() => viewer.close());

it('every form of the viewer has its operation, or the reason why it has none', () => {
  const pages = [...new Set(posts)].filter((path) => !path.startsWith('/api/')).sort();
  expect(pages).toEqual(Object.keys(forms).sort());
  const known: readonly string[] = apiRoutes.map(({ id }) => id);
  const named = Object.values(forms).filter((each) => typeof each === 'string');
  expect(named.filter((id) => !known.includes(id))).toEqual([]);
});
