/**
 * Events as they may stand in a ticket's folder, sensible and senseless ones.
 *
 * Promises: names differ within one folder, as file names do; times and fields are few, so that events meet
 * at the same time and in the same field.
 */
import * as fc from 'fast-check';
import { toInstant } from '../../../src/base/clock.ts';
import type { MailFacts } from '../../../src/core/message/mail.ts';
import {
  type Actor,
  type Change,
  type Digest,
  eventKinds,
  isEventKind,
  type MessageName,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { priorities, ticketStates } from '../../../src/core/ticket/states.ts';
import { emptyFacts } from '../../helpers/facts.ts';
import { anyText } from '../../helpers/laws.ts';

export function digestOf(seed: number): Digest {
  const digest = parseDigest(`sha256:${seed.toString(16).padStart(64, '0')}`);
  if (digest === undefined) throw new RangeError(`${seed} makes no digest`);
  return digest;
}

export function nameOf(text: string): MessageName {
  const name = parseMessageName(text);
  if (name === undefined) throw new RangeError(`"${text}" is no message name`);
  return name;
}

/** An event with what a test cares about; the rest is plain. */
export function eventOf(name: string, time: number, parts: Partial<TicketEvent> = {}): TicketEvent {
  return {
    name: nameOf(name),
    kind: 'update',
    kindText: 'update',
    time: toInstant(time),
    actor: { kind: 'agent', login: 'anna' },
    changes: [],
    previous: [],
    digest: digestOf(Number.parseInt(Buffer.from(name).toString('hex').slice(0, 12), 16)),
    fields: new Map(),
    mail: emptyFacts,
    ...parts,
  };
}

const digests = fc.integer({ min: 1, max: 12 }).map(digestOf);
const names = fc.integer({ min: 0, max: 40 }).map((seed) => nameOf(`${seed % 7}.M${seed}.host`));

const values = fc.oneof(
  fc.constantFrom('', 'anna', 'ben', 'vip', 'Support', '20261123004266', 'related:20261123004266'),
  fc.constantFrom('2026-11-25T08:00:00Z', 'Kim <kim@customer.example>', 'KIM@customer.example'),
  fc.constantFrom(...ticketStates, ...priorities),
  anyText,
);
const settable = [
  'state',
  'queue',
  'owner',
  'priority',
  'subject',
  'customer',
  'language',
  'responsible',
];
const special = [
  'pending-until',
  'merged-into',
  'confirmation',
  'breaker',
  '__proto__',
  'constructor',
];
const sets = ['tag', 'watcher', 'link', 'participant', 'unknown-set', '__proto__'];

export const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    field: fc.constantFrom(...settable, ...special),
    value: values,
  }),
  fc.record({
    kind: fc.constantFrom('add' as const, 'remove' as const),
    set: fc.constantFrom(...sets),
    value: values,
  }),
);

const actors: fc.Arbitrary<Actor> = fc.constantFrom(
  { kind: 'agent', login: 'anna' },
  { kind: 'customer', address: 'kim@customer.example' },
  { kind: 'system', part: 'sender' },
  { kind: 'user', account: 'root' },
);

const addresses = fc.record({
  name: anyText,
  address: fc.oneof(fc.constant('kim@customer.example'), anyText),
});

const mails: fc.Arbitrary<MailFacts> = fc
  .record({
    from: fc.option(addresses, { nil: undefined }),
    replyTo: fc.array(addresses, { maxLength: 2 }),
    subject: anyText,
  })
  .map((parts) => ({ ...emptyFacts, ...parts }));

const deliveries = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('sent', 'deferred', 'failed', 'delayed', 'lost'),
      names,
      fc.integer({ min: 0, max: 5 }),
    )
    .map(
      ([state, name, attempt]) =>
        `${state}; message=${name}; attempt=${attempt}; next=2026-11-23T10:20:00Z`,
    ),
  anyText,
);

const fields = fc.array(
  fc.tuple(
    fc.constantFrom('delivery', 'bounce', 'source', 'unknown'),
    fc.array(deliveries, { maxLength: 2 }),
  ),
  {
    maxLength: 2,
  },
);

const events: fc.Arbitrary<TicketEvent> = fc
  .record({
    name: names,
    kindText: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...eventKinds.filter((kind) => kind !== 'draft')) },
      { weight: 1, arbitrary: anyText },
    ),
    time: fc.integer({ min: 0, max: 9 }).map((tick) => toInstant(1_800_000_000_000 + tick)),
    actor: actors,
    changes: fc.array(changes, { maxLength: 4 }),
    previous: fc.array(digests, { maxLength: 3 }),
    digest: digests,
    fields: fields.map((pairs) => new Map(pairs)),
    mail: mails,
  })
  .map((event) => ({ ...event, kind: isEventKind(event.kindText) ? event.kindText : undefined }));

/** Somebody is writing; no event. */
export const drafts: fc.Arbitrary<TicketEvent> = events.map((event) => ({
  ...event,
  kind: 'draft',
  kindText: 'draft',
}));

/** The events of one folder, in any order. */
export const folders: fc.Arbitrary<TicketEvent[]> = fc.uniqueArray(events, {
  selector: ({ name }) => name,
  maxLength: 12,
});
