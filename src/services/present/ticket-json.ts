/**
 * A ticket as the one JSON object that `show --json` and the API give (docs: the OpenAPI description).
 *
 * Promises: pure but for `readTicketJson`; the same folder gives the same object; absent values are `null`,
 * because the object is a public format in which every key is always there.
 */
import { formatInstant } from '../../base/clock.ts';
import { createLimit } from '../../base/serial.ts';
import { parseBounce } from '../../core/delivery/bounce.ts';
import type { DueTimes } from '../../core/escalation/due.ts';
import type { SniffedFile } from '../../core/media/endings.ts';
import { sniffFile } from '../../core/media/sniff-file.ts';
import type { Address } from '../../core/message/address.ts';
import type { Attachment, Mail, Problem } from '../../core/message/mail.ts';
import { readVerdicts } from '../../core/message/verdicts.ts';
import {
  type Change,
  type EventKind,
  firstBlockField,
  formatActor,
  type MessageName,
  parseParameters,
  type TicketEvent,
} from '../../core/ticket/event.ts';
import { closeReasonOf, fieldValuesOf, stateNameOf } from '../../core/ticket/facts.ts';
import { ownHold } from '../../core/ticket/hold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { wayOf } from '../../core/ticket/way.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { TicketRecord } from '../index/index.ts';
import { type DueJson, nothingDue, toDueJson } from './due-json.ts';
import {
  type FileRemarksJson,
  fileRemarks,
  type SenderRemarksJson,
  senderRemarks,
} from './remarks-json.ts';

export interface TicketJson {
  readonly number: string;
  readonly subject: string;
  readonly queue: string;
  readonly state: string;
  readonly priority: string;
  readonly owner: string | null;
  readonly lock: string | null;
  readonly language: string | null;
  readonly customer: Address | null;
  readonly participants: readonly string[];
  readonly tags: readonly string[];
  readonly created: string;
  readonly updated: string;
  /** When what is owed is due; `null` while it is not, or its clock is paused. */
  readonly due: DueJson;
  readonly messages: readonly MessageJson[];
  readonly events: readonly EventJson[];
  /** Key of a state of the desk's own, over its type in `state`. */
  readonly stateName: string | null;
  readonly responsible: string | null;
  /** When a wait ends. */
  readonly pendingUntil: string | null;
  readonly lockUntil: string | null;
  readonly closeReason: string | null;
  readonly watchers: readonly string[];
  /** `KIND:NUMBER` */
  readonly links: readonly string[];
  /** Custom fields by name, without the `x-`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Name of the service level that the ticket itself names. */
  readonly sla: string | null;
  /** Reason of a legal hold on the ticket itself. */
  readonly hold: string | null;
  readonly archived: boolean;
}

export type Direction = 'in' | 'out' | 'internal';

export interface MessageJson extends SenderRemarksJson {
  readonly id: string;
  readonly kind: string;
  readonly direction: Direction;
  readonly from: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  readonly date: string;
  readonly text: string;
  readonly html: string | null;
  readonly attachments: readonly AttachmentJson[];
  readonly verdicts: VerdictsJson;
  /** True for mail that no person wrote for us. */
  readonly automatic: boolean;
  /** The worst of what a report says, on the report itself. */
  readonly bounce: BounceJson | null;
  readonly followUp: { readonly rule: string } | null;
  readonly problems: readonly Problem[];
}

/** `null` for what was not asked, or could not be found out. */
export interface VerdictsJson {
  readonly spam: { readonly flag: boolean; readonly score: number; readonly by: string } | null;
  readonly virus: { readonly found: boolean; readonly name: string | null } | null;
  readonly sender: { readonly spf: string; readonly dkim: string; readonly dmarc: string } | null;
}

export interface BounceJson {
  readonly action: string;
  readonly recipient: string | null;
  readonly reason: string | null;
  readonly originalMessageId: string | null;
}

export type AttachmentJson = Pick<Attachment, 'id' | 'name' | 'type' | 'size' | 'inline'> &
  FileRemarksJson;

/** What files are by their bytes, by attachment id. */
type SeenFiles = ReadonlyMap<number, SniffedFile>;

export interface EventJson {
  /** What an undo names. */
  readonly id: string;
  readonly time: string;
  /** `agent anna`, `customer max@example.org`, `system intake`, `user root`. */
  readonly actor: string;
  readonly kind: string;
  /** By which way it came about; `null` where an older file does not tell. */
  readonly via: string | null;
  readonly changes: readonly ChangeJson[];
}

export interface ChangeJson {
  readonly kind: Change['kind'];
  readonly field: string;
  readonly value: string;
}

/** Undefined when there is no such ticket. */
export async function readTicketJson(
  reader: TicketReader,
  number: TicketNumber,
  due?: (folder: TicketFolder) => DueTimes,
): Promise<TicketJson | undefined> {
  const folder = await reader.read(number);
  if (folder === undefined) return undefined;
  const limit = createLimit(8);
  const mails = new Map<MessageName, Mail>();
  const seen = new Map<MessageName, SeenFiles>();
  const names = folder.messages
    .filter(({ event }) => isMessage(event))
    .map(({ event }) => event.name);
  await Promise.all(
    names.map((name) =>
      limit.run(async () => {
        const decoded = await reader.readDecoded(number, name);
        if (decoded === undefined) return;
        const { mail, contents } = decoded;
        mails.set(name, mail);
        seen.set(name, new Map(contents.map((bytes, id) => [id, sniffFile(bytes)])));
      }),
    ),
  );
  return toTicketJson(folder, mails, { due: due?.(folder), seen });
}

/** A message whose mail is not among `mails` is shown by its first words. */
export function toTicketJson(
  folder: TicketFolder,
  mails: ReadonlyMap<MessageName, Mail>,
  {
    due,
    seen,
  }: {
    readonly due?: DueTimes | undefined;
    readonly seen?: ReadonlyMap<MessageName, SeenFiles>;
  } = {},
): TicketJson {
  const { ticket } = folder;
  const events = folder.messages.map(({ event }) => event);
  return {
    number: ticket.number,
    subject: ticket.subject,
    queue: ticket.queue,
    state: ticket.state,
    priority: ticket.priority,
    owner: ticket.owner ?? null,
    lock: ticket.extra.get('lock') ?? null,
    language: ticket.language ?? null,
    customer: toAddressJson(ticket.customer),
    participants: [...ticket.participants].sort(),
    tags: [...ticket.tags].sort(),
    created: formatInstant(ticket.created),
    updated: formatInstant(ticket.updated),
    due: due === undefined ? nothingDue : toDueJson(due),
    messages: events
      .filter(isMessage)
      .map((event) => toMessageJson(event, mails.get(event.name), seen?.get(event.name))),
    events: events.map(toEventJson),
    stateName: stateNameOf(ticket) ?? null,
    responsible: ticket.responsible ?? null,
    pendingUntil: ticket.pendingUntil === undefined ? null : formatInstant(ticket.pendingUntil),
    lockUntil: ticket.extra.get('lock-until') ?? null,
    closeReason: closeReasonOf(ticket) ?? null,
    watchers: [...ticket.watchers].sort(),
    links: [...ticket.links].sort(),
    fields: Object.fromEntries(
      Object.entries(fieldValuesOf(ticket)).map(([key, value]) => [key.slice(2), value]),
    ),
    sla: ticket.extra.get('sla') ?? null,
    hold: ownHold(ticket)?.reason ?? null,
    archived: folder.archived === true,
  };
}

const silentKinds: ReadonlySet<EventKind> = new Set<EventKind>([
  'update',
  'delivery',
  'escalation',
  'merge',
  'unmerge',
  'split',
  'redaction',
]);

/** Whether the event is something that was said, not only something that was done. Unknown kinds are shown. */
export function isMessage({ kind }: TicketEvent): boolean {
  return kind === undefined || !silentKinds.has(kind);
}

export function toMessageJson(
  event: TicketEvent,
  mail: Mail | undefined,
  seen?: SeenFiles,
): MessageJson {
  const { from, to, cc, subject, date, attachments, problems } = mail ?? event.mail;
  return {
    id: event.name,
    kind: event.kindText,
    direction: directionOf(event.kind),
    from: toAddressJson(from),
    to: to.map(copyAddress),
    cc: cc.map(copyAddress),
    subject,
    date: formatInstant(date ?? event.time),
    text: mail?.text ?? event.mail.snippet,
    html: mail?.html ?? null,
    attachments: attachments.map((attachment) => {
      const { id, name, type, size, inline } = attachment;
      return { id, name, type, size, inline, ...fileRemarks(attachment, seen?.get(id)) };
    }),
    verdicts: toVerdictsJson(event),
    automatic: isAutomatic(event),
    bounce: bounceOf(event),
    followUp: followUpOf(event),
    problems: problems.map(({ code, detail }) => ({ code, detail })),
    ...(event.kind === 'mail-in' ? senderRemarks(mail ?? event.mail) : {}),
  };
}

function toVerdictsJson({ fields }: TicketEvent): VerdictsJson {
  const { spam, virus, sender } = readVerdicts(fields);
  return {
    spam: spam === undefined ? null : { flag: spam.flag, score: spam.score, by: spam.by },
    virus: virus === undefined ? null : { found: virus.found, name: virus.name ?? null },
    sender:
      sender === undefined ? null : { spf: sender.spf, dkim: sender.dkim, dmarc: sender.dmarc },
  };
}

function directionOf(kind: EventKind | undefined): Direction {
  switch (kind) {
    case 'mail-in':
    case 'call-in':
    case 'fax-in':
    case 'recording':
    case 'import':
      return 'in';
    case 'mail-out':
    case 'call-out':
    case 'fax-out':
      return 'out';
    default:
      return 'internal';
  }
}

function isAutomatic(event: TicketEvent): boolean {
  const word = parseParameters(firstBlockField(event, 'automatic') ?? '').get('') ?? '';
  return word !== '' && word !== 'no';
}

function bounceOf(event: TicketEvent): BounceJson | null {
  const bounce = parseBounce(firstBlockField(event, 'bounce') ?? '');
  if (bounce === undefined) return null;
  const { action, recipient, status, reason, original } = bounce;
  return {
    action,
    recipient: recipient ?? null,
    reason: reason ?? status ?? null,
    originalMessageId: original ?? null,
  };
}

function followUpOf(event: TicketEvent): { readonly rule: string } | null {
  const parameters = parseParameters(firstBlockField(event, 'follow-up') ?? '');
  const rule = parameters.get('rule') ?? parameters.get('') ?? '';
  return rule === '' ? null : { rule };
}

export function toEventJson(event: TicketEvent): EventJson {
  return {
    id: event.name,
    time: formatInstant(event.time),
    actor: formatActor(event.actor),
    kind: event.kindText,
    via: wayOf(event) ?? null,
    changes: event.changes.map((change) => ({
      kind: change.kind,
      field: change.kind === 'set' ? change.field : change.set,
      value: change.value,
    })),
  };
}

function toAddressJson(address: Address | undefined): Address | null {
  return address === undefined ? null : copyAddress(address);
}

function copyAddress({ name, address }: Address): Address {
  return { name, address };
}

export interface TicketSummaryJson {
  readonly number: string;
  readonly subject: string;
  readonly queue: string;
  readonly state: string;
  readonly priority: string;
  readonly owner: string | null;
  readonly language: string | null;
  readonly customer: Address | null;
  readonly tags: readonly string[];
  readonly created: string;
  readonly updated: string;
  readonly messageCount: number;
  readonly snippet: string;
  readonly marks: readonly string[];
  readonly delivery: string | null;
  readonly stateName: string | null;
  readonly pendingUntil: string | null;
}

/** One line of a list. */
export function toTicketSummary(record: TicketRecord): TicketSummaryJson {
  return {
    number: record.number,
    subject: record.subject,
    queue: record.queue,
    state: record.state,
    priority: record.priority,
    owner: record.owner ?? null,
    language: record.language ?? null,
    customer: toAddressJson(record.customer),
    tags: [...record.tags].sort(),
    created: formatInstant(record.created),
    updated: formatInstant(record.updated),
    messageCount: record.messageCount,
    snippet: record.snippet,
    marks: [...record.marks],
    delivery: record.delivery ?? null,
    stateName: record.stateName ?? null,
    pendingUntil: record.pendingUntil === undefined ? null : formatInstant(record.pendingUntil),
  };
}
