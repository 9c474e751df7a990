/**
 * Lets a mail out of the trouble folder: it goes through intake like any other.
 *
 * Promises: the entry goes only when the mail is durable in its ticket; a repetition after a crash files it
 * once. A virus that was found stays known, and the scanners are not asked again, because an admin has
 * decided; everything else is examined anew, so a file that somebody else put there gets no way around them.
 */
import { createHash } from 'node:crypto';
import type { Log } from '../base/log.ts';
import type { Result } from '../base/result.ts';
import { fixedName } from '../storage/maildir.ts';
import type { IncomingMail, Intake, IntakeOutcome } from './intake/incoming.ts';
import type { Trouble, TroubledMail, TroubleRefusal } from './trouble.ts';

export interface ReleaseDeps {
  readonly trouble: Pick<Trouble, 'release'>;
  readonly intake: Intake;
  readonly log: Log;
}

export type Release = (name: string) => Promise<Result<IntakeOutcome, TroubleRefusal>>;

export function createRelease({ trouble, intake, log }: ReleaseDeps): Release {
  return (name) =>
    trouble.release(name, async (mail) => {
      const value = await intake.process(toIncoming(mail));
      // Back in quarantine under the name it is being taken from: then it must stay.
      const isGone = value.outcome !== 'quarantined' || value.name !== mail.name;
      const ticket = value.outcome === 'filed' ? value.ticket : undefined;
      log.info('trouble.released', { name, outcome: value.outcome, ticket });
      return { isGone, value };
    });
}

function toIncoming({ name, raw, envelope, verdicts }: TroubledMail): IncomingMail {
  const { sender, recipients, client } = envelope;
  const key = createHash('sha256').update(name).update('\n').update(raw).digest('hex');
  return {
    raw,
    via: 'inbox',
    sender,
    recipients,
    client,
    name: fixedName(0, 'R', key.slice(0, 24)),
    ...(verdicts.virus?.found === true ? { released: verdicts } : {}),
  };
}
