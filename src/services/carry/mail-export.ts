/**
 * Tickets as mails: one mailbox, or a zip of files.
 *
 * Promises: bounded memory, one mail at a time; whoever stops reading stops the reading of tickets. Without notes nothing
 * goes along that was not written to or by people outside; drafts never do, nor what carries a virus.
 * Leaves to others: who may have them (edges), the form of a mailbox (core/carry/mbox.ts).
 */
import { formatInstant, formatWallTime, toInstant } from '../../base/clock.ts';
import { createNames, plainName } from '../../core/carry/export-name.ts';
import { formatMbox } from '../../core/carry/mbox.ts';
import { readVerdicts } from '../../core/message/verdicts.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { digestOf } from '../../storage/codec.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { mostZipBytes, mostZipFiles, type ZipPart, zipOf } from './zip-stream.ts';

export const mailForms = ['mbox', 'eml'] as const;

export type MailForm = (typeof mailForms)[number];

export interface ExportChoice {
  readonly form: MailForm;
  /** With notes, calls and the like; otherwise mails and faxes alone. */
  readonly notes: boolean;
  /** The files as the desk keeps them, block and all; with notes every event. Otherwise mails as they came and went. */
  readonly whole: boolean;
}

export interface ExportRequest {
  readonly numbers: readonly TicketNumber[];
  readonly choice: ExportChoice;
  readonly timeZone: string;
  /** Told of each ticket as its turn comes. */
  readonly onTicket?: (number: TicketNumber) => void;
}

export interface ExportSize {
  readonly files: number;
  readonly bytes: number;
  /** Larger than a zip can be. */
  readonly isTooLarge: boolean;
}

export interface MailExport {
  measure(request: ExportRequest): Promise<ExportSize>;
  stream(request: ExportRequest): AsyncGenerator<Buffer, void, void>;
}

interface ExportedMail {
  readonly folder: TicketFolder;
  readonly event: TicketEvent;
  readonly bytes: Buffer;
}

const toCustomers: ReadonlySet<string> = new Set(['mail-in', 'mail-out', 'fax-in', 'fax-out']);
const silent: ReadonlySet<string> = new Set([
  'update',
  'delivery',
  'escalation',
  'merge',
  'unmerge',
  'split',
  'redaction',
]);

export function createMailExport({
  reader,
}: {
  /** Tickets as people see them: with those merged into them. */
  readonly reader: Pick<TicketReader, 'read' | 'readFile' | 'readOriginal'>;
}): MailExport {
  async function* mailsOf({
    numbers,
    choice,
    onTicket,
  }: ExportRequest): AsyncGenerator<ExportedMail, void, void> {
    for (const number of numbers) {
      const folder = await reader.read(number);
      if (folder === undefined) continue;
      onTicket?.(number);
      for (const { event } of folder.messages.filter(({ event: each }) => isTaken(each, choice))) {
        const read = choice.whole ? reader.readFile : reader.readOriginal;
        const bytes = await read(number, event.name);
        if (bytes !== undefined) yield { folder, event, bytes };
      }
    }
  }

  async function* mailbox(request: ExportRequest): AsyncGenerator<Buffer, void, void> {
    for await (const { event, bytes } of mailsOf(request))
      yield formatMbox(bytes, event.mail.from?.address ?? '', event.time);
  }

  async function* zipParts(request: ExportRequest): AsyncGenerator<ZipPart, void, void> {
    const isOne = request.numbers.length === 1;
    const rows: object[] = [];
    let names = createNames();
    let number: TicketNumber | undefined;
    let newest = toInstant(0);
    for await (const { folder, event, bytes } of mailsOf(request)) {
      if (folder.number !== number) names = createNames();
      number = folder.number;
      const time = formatWallTime(event.time, request.timeZone);
      const { subject } = event.mail;
      const place = isOne ? '' : `${number}_${plainName(folder.ticket.subject)}/`;
      const file = `${place}${names({ time, kind: event.kindText, subject }, '.eml')}`;
      rows.push(manifestRow(file, { folder, event, bytes }));
      newest = toInstant(Math.max(newest, event.time));
      yield { name: file, bytes, modified: event.time };
    }
    const manifest = { format: 'maildesk-export 1', ...request.choice, mails: rows };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    yield { name: 'manifest.json', bytes: Buffer.from(text), modified: newest };
  }

  return {
    async measure({ numbers, choice }) {
      let [files, bytes] = [1, 0];
      for (const number of numbers) {
        const folder = await reader.read(number);
        for (const { event, size } of folder?.messages ?? []) {
          if (!isTaken(event, choice)) continue;
          files += 1;
          bytes += size + 1000;
        }
      }
      const isTooLarge = choice.form === 'eml' && (files > mostZipFiles || bytes > mostZipBytes);
      return { files, bytes, isTooLarge };
    },
    stream: (request) =>
      request.choice.form === 'mbox' ? mailbox(request) : zipOf(zipParts(request)),
  };
}

/** What stands in which file. */
function manifestRow(file: string, { folder, event, bytes }: ExportedMail): object {
  const { mail, kindText, name, time } = event;
  return {
    file,
    ticket: folder.number,
    message: name,
    kind: kindText,
    time: formatInstant(time),
    from: mail.from?.address ?? null,
    to: [...mail.to, ...mail.cc].map(({ address }) => address),
    subject: mail.subject,
    messageId: mail.messageId ?? null,
    bytes: bytes.length,
    sha256: digestOf(bytes).slice('sha256:'.length),
  };
}

function isTaken(event: TicketEvent, { notes, whole }: ExportChoice): boolean {
  if (readVerdicts(event.fields).virus?.found === true) return false;
  if (!notes) return toCustomers.has(event.kindText);
  return whole || !silent.has(event.kindText);
}
