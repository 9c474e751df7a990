/** What became of a mail, from what intake answered. A new answer of intake gets its row here. */
import { type FaultCode, isFault } from '../../base/fault.ts';
import type { MailOutcome } from '../../core/ledger/counts.ts';
import type { FollowUpRule, IntakeOutcome } from '../intake/incoming.ts';

const filedOutcomes: Readonly<Record<FollowUpRule, MailOutcome>> = {
  new: 'ticket',
  'signed-id': 'follow-up',
  'plus-address': 'follow-up',
  reference: 'follow-up',
  'unknown-parent': 'follow-up',
  'subject-number': 'follow-up',
  'foreign-number': 'follow-up',
  calendar: 'follow-up',
  bounce: 'follow-up',
  own: 'follow-up',
  duplicate: 'duplicate',
  agent: 'agent',
  'agent-refused': 'agent-refused',
  'agent-automatic': 'agent-refused',
};

export function outcomeOf(result: IntakeOutcome): MailOutcome {
  return result.outcome === 'filed' ? filedOutcomes[result.rule] : result.outcome;
}

/** Faults that are the desk's last word; after all others the sender tries again. */
const finalFaults: Partial<Readonly<Record<FaultCode, MailOutcome>>> = {
  'too-large': 'refused',
};

/**
 * `undefined`: the source keeps the mail for a human and says so itself (`Ledger.settleAside`). That is what the inbox
 * does, for nobody is there to try again.
 */
export function outcomeOfFailure(error: unknown, via: string): MailOutcome | undefined {
  const isTemporary = isFault(error) && error.retry === 'later';
  if (via === 'inbox' && !isTemporary) return undefined;
  return (isFault(error) ? finalFaults[error.code] : undefined) ?? 'deferred';
}
