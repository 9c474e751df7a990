/** What an SMTP or LMTP client hears of a mail that is not filed. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { minute, systemClock } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { replyText } from '../../../src/edges/smtp/replies.ts';
import { createSmtpSession } from '../../../src/edges/smtp/session.ts';
import type { IntakeOutcome } from '../../../src/services/intake/incoming.ts';
import { createRecordedLog, messageName } from '../../services/outbound/fakes.ts';

async function replyTo(come: () => IntakeOutcome, lmtp = false): Promise<string> {
  const session = createSmtpSession(
    {
      intake: { process: async () => come() },
      checkRecipient: () => 'ours',
      log: createRecordedLog(),
      clock: systemClock,
    },
    { lmtp, maxMessageBytes: 1000, maxRecipients: 5, dataTimeoutMs: minute },
  );
  const reply = await session.receive(Readable.from([Buffer.from('Subject: a\r\n\r\nb\r\n')]), {
    sender: 'kim@x.example',
    recipients: ['support@desk.example'],
    client: 'x.example ([192.0.2.1])',
  });
  return reply === undefined ? '' : `${reply.code} ${replyText(reply)}`;
}

it.each([
  [{ outcome: 'refused', reason: 'spam' }, /^550 5\.7\.1 /],
  [{ outcome: 'refused', reason: 'virus' }, /^550 5\.7\.1 /],
  [{ outcome: 'quarantined', name: messageName('0.Q1.maildesk') }, /^250 2\.0\.0 Taken$/],
] as const)('%o is answered alike by SMTP and LMTP', async (outcome, said) => {
  expect(await replyTo(() => outcome)).toMatch(said);
  expect(await replyTo(() => outcome, true)).toMatch(said);
});

it('a mail that cannot be checked now is to come again', async () => {
  const down = () => {
    throw new Fault('scanner-failed', { retry: 'later', detail: 'Cannot ask clamd' });
  };
  expect(await replyTo(down)).toMatch(/^451 4\.7\.1 /);
});
