/**
 * Reports by mail from the desk to its own agents: about no ticket, written once for what they report on.
 *
 * The mail is kept in `agents/LOGIN/reports/` under a name that follows from agent and subject matter, and goes out by a link
 * in the outbox; a file `NAME.sent` beside it says that it went there. Promises: of several processes one writes it; after
 * a crash in between it is put into the outbox again, with the same Message-ID. No loop can arise: as in agent-post.ts.
 * Leaves to others: words, and when it is time (services/figures/weekly-reports.ts).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Duration, formatInstant, type Instant, minute } from '../../base/clock.ts';
import { makeFile } from '../../config/desk-files.ts';
import { type Address, domainOf } from '../../core/message/address.ts';
import { toMessageId } from '../../core/message/message-id.ts';
import { formatParameters } from '../../core/ticket/event.ts';
import { formatBlock } from '../../storage/block.ts';
import { composeMail } from '../../storage/codec.ts';
import { ensureDirectory } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import { senderAddress } from '../letters.ts';
import type { AgentPostDeps } from './agent-post.ts';

export interface Report {
  readonly login: string;
  readonly to: Address;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Tag of the language that it is written in. */
  readonly language: string;
}

export interface ReportKey {
  readonly login: string;
  /** What it reports on: `week 2026-11-16`. */
  readonly about: string;
  /** When it was due. */
  readonly since: Instant;
}

/** `busy`: somebody else is about it, or died over it; asking again after `pause` settles that. */
export type Posted = 'posted' | 'known' | 'busy';

export interface ReportPost {
  /** Whether nothing is to be done for it any more. */
  isKnown(key: ReportKey): Promise<boolean>;
  /** `isStale`: it was busy a pause ago, and whoever wrote it is taken for dead. */
  post(key: ReportKey, report: Report, isStale: boolean): Promise<Posted>;
}

/** Between writing a report and putting it into the outbox lies much less. */
export const pause: Duration = 2 * minute;

/** Files of one agent; of a report there are two. */
const mostKept = 120;

export function createReportPost(deps: Omit<AgentPostDeps, 'ids'>): ReportPost {
  const { files, config, clock, random, log, folderOf, send } = deps;

  async function placeOf({ login, about, since }: ReportKey) {
    const key = createHash('sha256').update(`${login} ${about}`).digest('hex').slice(0, 24);
    const name = fixedName(since / 1000, 'P', key);
    const agentFolder = await folderOf(login);
    const folder = join(agentFolder, 'reports');
    const path = join(folder, name);
    return { key, name, agentFolder, folder, path, sent: `${path}.sent` };
  }

  async function compose(about: string, report: Report, key: string): Promise<string> {
    const { desk } = config();
    const from = senderAddress(config(), '');
    const block = formatBlock(
      [
        ['Notice', formatParameters('', { agent: report.login, report: about })],
        ['Time', formatInstant(clock.now())],
        ['Sender', '<>'],
        ['Recipient', report.to.address],
      ],
      '\n',
    );
    const mail = await composeMail({
      from: { name: desk.name, address: from },
      to: [report.to],
      subject: report.subject,
      date: clock.now(),
      timeZone: desk.timeZone,
      messageId: toMessageId(`report.${key}@${domainOf(from)}`),
      text: report.text,
      html: report.html,
      fields: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['Precedence', 'bulk'],
        ['Content-Language', report.language],
      ],
    });
    return Buffer.concat([block, mail]).toString('utf8');
  }

  async function forgetOldest(folder: string): Promise<void> {
    const names = ((await files.list(folder)) ?? []).filter((name) => !name.startsWith('.')).sort();
    for (const name of names.slice(0, Math.max(0, names.length - mostKept)))
      await files.unlink(join(folder, name));
  }

  return {
    async isKnown(key) {
      return (await files.stat((await placeOf(key)).sent)) !== undefined;
    },
    async post(key, report, isStale) {
      const { key: digest, name, agentFolder, folder, path, sent } = await placeOf(key);
      await ensureDirectory(files, folder, agentFolder);
      if ((await files.stat(sent)) !== undefined) return 'known';
      const text = await compose(key.about, report, digest);
      const isMade = await makeFile({ files, random }, { path, text, mode: 0o600 });
      if (!isMade && !isStale) return 'busy';
      await send(path, name);
      await makeFile({ files, random }, { path: sent, text: '', mode: 0o600 });
      if (isMade) {
        log.info('reports.posted', { agent: report.login, about: key.about });
        await forgetOldest(folder);
      }
      return 'posted';
    },
  };
}
