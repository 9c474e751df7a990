/** `maildesk answers-usage`: how text modules are used, and what is written by hand again and again. */
import type { Command } from 'commander';
import { day, formatInstant, toInstant } from '../../../base/clock.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatTable } from '../text.ts';

interface UsageOptions {
  readonly days: string;
  readonly json?: boolean;
}

const mostDays = 3650;

export function addAnswersUsageCommand(program: Command, session: CliSession): void {
  program
    .command('answers-usage')
    .description('how often text modules were used, and topics that lack one')
    .option('--days <count>', 'of the last so many days', '30')
    .option('--json', 'as JSON')
    .action((options: UsageOptions) =>
      withDesk(session, 'indexed', async ({ suggestions }) => {
        const now = session.host.clock.now();
        const days = /^\d{1,4}$/.test(options.days) ? Number(options.days) : 30;
        const from = toInstant(now - Math.min(mostDays, Math.max(1, days)) * day);
        const period = { from, to: toInstant(now + 1) };
        // Whoever may read the directory sees every queue.
        const everything = () => true;
        await suggestions.settled();
        const usage = await suggestions.usage(period, everything);
        const topics = await suggestions.topics(period, everything);
        session.io.stdout(
          options.json === true
            ? formatJson({
                ...usage,
                modules: usage.modules.map(({ last, ...use }) => ({
                  ...use,
                  last: last === undefined ? null : formatInstant(last),
                })),
                topics: topics.map(({ count, language, tickets, example }) => ({
                  count,
                  language,
                  subject: example.subject,
                  tickets,
                })),
              })
            : formatTable(
                [
                  ...usage.modules.map(({ id, count, last }) => [
                    id,
                    String(count),
                    last === undefined ? '-' : formatInstant(last),
                  ]),
                  ...topics.map(({ count, example, language }) => [
                    `by hand: ${example.subject}`,
                    String(count),
                    language,
                  ]),
                ],
                { isTerminal: session.io.isTerminal },
              ),
        );
      }),
    );
}
