/** `maildesk audit`: who logged in, and who read what. */
import { type Command, Option } from 'commander';
import { formatInstant } from '../../../base/clock.ts';
import type { AuditEntry } from '../../../services/audit/entry.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatTable } from '../text.ts';
import { readTime } from './agent-access.ts';

interface AuditOptions {
  readonly reads?: boolean;
  readonly agent?: string;
  readonly ticket?: string;
  readonly since?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const mostListed = 10_000;

export function addAuditCommand(program: Command, session: CliSession): void {
  program
    .command('audit')
    .description('the log of log-ins, or of what was read; the newest first')
    .option('--reads', 'what was read (so does --ticket)')
    .option('--agent <login>', 'of this agent')
    .option('--ticket <number>', 'of this ticket')
    .option('--since <time>', 'from then on, such as 2026-11-23')
    .addOption(new Option('--limit <count>', 'at most so many').default(200).argParser(readLimit))
    .option('--json', 'as lines of JSON, as they stand in log/')
    .action((options: AuditOptions) =>
      withDesk(session, 'store', async ({ audit }) => {
        const { agent, ticket, since, limit } = options;
        const isReading = options.reads === true || ticket !== undefined;
        const { entries } = await audit.list({
          kind: isReading ? 'reads' : 'logins',
          most: limit,
          ...(agent === undefined ? {} : { agent }),
          ...(ticket === undefined ? {} : { ticket: ticket.replace(/^\[?#|\]$/g, '') }),
          ...(since === undefined ? {} : { from: readTime(since, 'since') }),
        });
        session.io.stdout(
          options.json === true
            ? entries.map((entry) => `${JSON.stringify(toJson(entry))}\n`).join('')
            : formatTable(entries.map(toRow), { isTerminal: session.io.isTerminal }),
        );
      }),
    );
}

function readLimit(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return Math.min(mostListed, Math.max(1, count));
}

function toRow({ time, event, agent, by, way, detail, ticket, what, address }: AuditEntry) {
  const about = event === 'read' ? `${what ?? ''} ${ticket ?? ''}`.trim() : event;
  const more = [way, detail, by === undefined ? undefined : `by ${by}`];
  const words = more.filter((each) => each !== undefined && each !== '').join(' ');
  return [formatInstant(time), agent ?? '-', about, address ?? '-', words];
}

function toJson({ time, ...rest }: AuditEntry) {
  return { time: formatInstant(time), ...rest };
}
