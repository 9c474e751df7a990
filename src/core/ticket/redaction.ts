/**
 * What was taken out of written messages: what the events of one folder say of it.
 *
 * `Ticket-Redacted: message=NAME; was=sha256:…; now=sha256:…; parts=text,attachment` stands on an event of kind `redaction`.
 * Promises: pure and total. A file that was rewritten twice has two events, the `now` of the first is the `was` of the next.
 */
import {
  type Digest,
  formatParameters,
  type MessageName,
  parseDigest,
  parseMessageName,
  parseParameters,
  type TicketEvent,
} from './event.ts';

export interface Redaction {
  readonly message: MessageName;
  /** Digest of the file before and after. */
  readonly was: Digest;
  readonly now: Digest;
  /** What was replaced, and the digests of what stood there, as far as that tells nothing. */
  readonly parts: readonly string[];
}

export function formatRedaction({ message, was, now, parts }: Redaction): string {
  return formatParameters('', { message, was, now, parts: parts.join(',') });
}

export function readRedactions(
  events: readonly Pick<TicketEvent, 'fields'>[],
): readonly Redaction[] {
  return events.flatMap(({ fields }) =>
    (fields.get('redacted') ?? []).flatMap((value): readonly Redaction[] => {
      const parameters = parseParameters(value);
      const message = parseMessageName(parameters.get('message') ?? '');
      const was = parseDigest(parameters.get('was') ?? '');
      const now = parseDigest(parameters.get('now') ?? '');
      if (message === undefined || was === undefined || now === undefined) return [];
      const parts = (parameters.get('parts') ?? '').split(',').filter((part) => part !== '');
      return [{ message, was, now, parts }];
    }),
  );
}

/** The digest that each rewritten file has in the end. */
export function finalDigests(
  redactions: readonly Redaction[],
): ReadonlyMap<MessageName, { readonly now: Digest; readonly all: ReadonlySet<Digest> }> {
  const byName = new Map<MessageName, Redaction[]>();
  for (const redaction of redactions) {
    const found = byName.get(redaction.message);
    if (found === undefined) byName.set(redaction.message, [redaction]);
    else found.push(redaction);
  }
  return new Map(
    [...byName].flatMap(([name, each]) => {
      const was = new Set(each.map((redaction) => redaction.was));
      // The end of the row: what no other one began with. A circle has none; then the last one said counts.
      const now = each.findLast((redaction) => !was.has(redaction.now))?.now ?? each.at(-1)?.now;
      const all = new Set(each.flatMap((redaction) => [redaction.was, redaction.now]));
      return now === undefined ? [] : [[name, { now, all }] as const];
    }),
  );
}
