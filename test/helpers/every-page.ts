/**
 * Every page of the viewer, for the tests that look at all of them.
 *
 * Promises: each route that answers a GET is named once, with addresses of the demo desk that show it, or with the
 * reason why it is no page. A new route that is in neither list fails the sweep (test/e2e/access.test.ts).
 */
import type { TicketNumber } from '../../src/core/ticket/number.ts';

/** What the addresses are made of. */
export interface Places {
  /** A ticket with mails, an answer, a note and changes. */
  readonly number: TicketNumber;
  /** One whose customer writes from right to left. */
  readonly mirrored: TicketNumber;
  readonly message: string;
  readonly customer: string;
  readonly batch: string;
  readonly module: string;
}

export interface PageRow {
  readonly route: string;
  /** The first is the page as it is; the others show more of it. */
  readonly paths: readonly string[];
  /** Looked at in every test run, not only where nobody waits for it. */
  readonly isDaily?: true;
}

export function everyPage(places: Places): readonly PageRow[] {
  const { number, mirrored, message, customer, batch, module } = places;
  const ticket = `/tickets/${number}`;
  return [
    {
      route: '/tickets',
      paths: [
        `/tickets?q=is:open&show=${number}`,
        `/tickets?q=is:open&show=${mirrored}`,
        '/tickets?q=nothing-of-this-kind',
        '/tickets?q=nosuchfield:x',
      ],
      isDaily: true,
    },
    {
      route: '/tickets/:number',
      paths: [ticket, `/tickets/${mirrored}`, `${ticket}?step=2`, `${ticket}?whole=1`],
      isDaily: true,
    },
    {
      route: '/tickets/:number/answer',
      paths: [`${ticket}/answer`, `${ticket}/answer?offers=1`, `/tickets/${mirrored}/answer`],
      isDaily: true,
    },
    { route: '/views', paths: ['/views'] },
    { route: '/overview', paths: ['/overview', '/overview?days=30'], isDaily: true },
    { route: '/tickets/:number/note', paths: [`${ticket}/note`] },
    {
      route: '/tickets/:number/messages/:name/redact',
      paths: [`${ticket}/messages/${message}/redact`],
    },
    { route: '/erase', paths: [`/erase?who=${encodeURIComponent(customer)}`] },
    { route: '/tickets/:number/forward', paths: [`${ticket}/forward?message=${message}`] },
    { route: '/tickets/:number/resend', paths: [`${ticket}/resend?message=${message}`] },
    { route: '/tickets/:number/call', paths: [`${ticket}/call`] },
    { route: '/tickets/:number/hand-over', paths: [`${ticket}/hand-over`] },
    { route: '/tickets/:number/advice', paths: [`${ticket}/advice`] },
    { route: '/tickets/:number/level', paths: [`${ticket}/level`] },
    { route: '/tickets/:number/merge', paths: [`${ticket}/merge`] },
    { route: '/tickets/:number/regroup', paths: [`${ticket}/regroup?message=${message}`] },
    { route: '/tickets/:number/appointment', paths: [`${ticket}/appointment`] },
    { route: '/tickets/:number/history', paths: [`${ticket}/history`] },
    { route: '/tickets/:number/traffic', paths: [`${ticket}/traffic`] },
    {
      route: '/tickets/:number/messages/:name/source',
      paths: [`${ticket}/messages/${message}/source`],
    },
    { route: '/tickets/:number/print', paths: [`${ticket}/print`] },
    { route: '/tickets/:number/export', paths: [`${ticket}/export`] },
    { route: '/export', paths: ['/export?q=is:open', '/export?q=is:open&problem=too-large'] },
    { route: '/new', paths: ['/new', '/new?via=phone'] },
    { route: '/customers/:address', paths: [`/customers/${customer}`] },
    { route: '/bulk/:id', paths: [`/bulk/${batch}?back=/tickets`] },
    { route: '/escalations', paths: ['/escalations'] },
    { route: '/outbox', paths: ['/outbox'] },
    { route: '/mails', paths: ['/mails'] },
    { route: '/trouble', paths: ['/trouble'] },
    { route: '/problems', paths: ['/problems'] },
    { route: '/notifications', paths: ['/notifications'] },
    { route: '/palette', paths: [`/palette?ticket=${number}`, '/palette?q=in'] },
    { route: '/answers', paths: ['/answers'] },
    { route: '/answers/new', paths: ['/answers/new'] },
    { route: '/answers/edit', paths: [`/answers/edit?id=${module}&language=en`] },
    { route: '/answers/usage', paths: ['/answers/usage'] },
    { route: '/account', paths: ['/account'] },
    { route: '/account/absence', paths: ['/account/absence'] },
    { route: '/account/keys', paths: ['/account/keys'] },
    { route: '/account/totp', paths: ['/account/totp'] },
    { route: '/agents', paths: ['/agents'] },
    { route: '/agents/:login', paths: ['/agents/ben'] },
    { route: '/rights', paths: ['/rights'] },
    { route: '/audit', paths: ['/audit', '/audit?kind=reads'] },
    { route: '/begin/desk', paths: ['/begin/desk'] },
    { route: '/begin/sending', paths: ['/begin/sending'] },
    { route: '/begin/receiving', paths: ['/begin/receiving'] },
    { route: '/begin/queue', paths: ['/begin/queue'] },
    { route: '/begin/colleague', paths: ['/begin/colleague'] },
    { route: '/begin/ready', paths: ['/begin/ready'] },
  ];
}

/** What is shown where nothing is. */
export const missingPage = '/no-such-page';

/** Pages that are seen before somebody is let in; the sweep walks them in this order. */
export const gateRoutes: readonly string[] = ['/login', '/login/:token', '/second-step'];

/** Why these are no pages of their own. */
export const noPages: Readonly<Record<string, string>> = {
  '/': 'leads on to the list',
  '/away':
    'its script leaves while the desk answers; looked at while it does not, in alive.test.ts',
  '/begin': 'leads on to the first open step',
  '/begin/sending/worked-out': 'presets for the fields of that step, as JSON',
  '/events': 'a stream of events',
  '/manifest.webmanifest': 'a file',
  '/pulse': 'whether the desk is there, as JSON',
  '/people': 'names for the list of mentions, as JSON',
  '/openid': 'leads on to the provider',
  '/openid/callback': 'leads on from the provider; what it refuses is shown on the log-in page',
  '/overview.csv': 'a file',
  '/calendar/:secret/:file': 'a file',
  '/news/:secret/:file': 'a file',
  '/tickets/:number/offers': 'a part of the answer box, swept with it',
  '/tickets/:number/modules': 'a list for the palette, as JSON',
  '/tickets/:number/prepared': 'a text for the answer box, as JSON',
  '/tickets/:number/draft/:id/files/:key': 'a file',
  '/tickets/:number/messages/:name/html': 'the customer’s own HTML, sanitised, in a frame',
  '/tickets/:number/messages/:name/raw': 'a file',
  '/tickets/:number/messages/:name/attachments/:id': 'a file',
  '/tickets/:number/attachments.zip': 'a file',
  '/tickets/:number/messages/:name/attachments.zip': 'a file',
  '/tickets/:number/messages/:name/pages': 'pages of a fax; looked at with one in media.test.ts',
  '/tickets/:number/messages/:name/mails/:path':
    'an attached mail; looked at with one in attached-mails.test.ts',
  '/tickets/:number/messages/:name/pages/:id/:page': 'a picture',
  '/tickets/:number/messages/:name/thumbs/:id/:page': 'a picture',
  '/trouble/:name/raw': 'a file',
  '/tickets/:number/export/file': 'a file',
  '/export/file': 'a file',
  '/search': 'what the search field offers, a part of every page',
};
