/**
 * The files of one message, or of all messages of a ticket, in one zip.
 *
 * Promises: bounded memory, one mail at a time; names are clean and none is there twice; what carries a virus is left out, and a
 * text in the zip says so. Whoever stops reading stops the reading of mails.
 * Leaves to others: who may have them, the words (edges).
 */
import { formatWallTime, type Instant } from '../../base/clock.ts';
import { createNames } from '../../core/carry/export-name.ts';
import { createFileNames } from '../../core/media/file-name.ts';
import { sniffFile } from '../../core/media/sniff-file.ts';
import { readVerdicts } from '../../core/message/verdicts.ts';
import type { MessageName, TicketEvent } from '../../core/ticket/event.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { mostZipBytes, mostZipFiles, type ZipPart, zipOf } from './zip-stream.ts';

export interface FilesZip {
  /** Undefined when there are no files, or no such message. */
  measure(request: FilesRequest): { readonly isTooLarge: boolean } | undefined;
  stream(request: FilesRequest): AsyncGenerator<Buffer, void, void>;
}

export interface FilesRequest {
  readonly folder: TicketFolder;
  /** All of the ticket when absent. */
  readonly message?: MessageName | undefined;
  readonly timeZone: string;
  /** Says that a file was left out, in a line of its own. */
  readonly leftOut: (name: string) => string;
}

const leftOutName = 'left-out.txt';

export function createFilesZip({
  reader,
}: {
  readonly reader: Pick<TicketReader, 'readDecoded'>;
}): FilesZip {
  async function* partsOf(request: FilesRequest): AsyncGenerator<ZipPart, void, void> {
    const { folder, message, timeZone, leftOut } = request;
    const folderNames = createNames();
    const left: string[] = [];
    let newest: Instant | undefined;
    for (const event of eventsOf(request)) {
      newest = event.time;
      if (isInfected(event)) {
        left.push(...event.mail.attachments.map(({ name }) => leftOut(name)));
        continue;
      }
      const decoded = await reader.readDecoded(folder.number, event.name);
      if (decoded === undefined) continue;
      const time = formatWallTime(event.time, timeZone);
      const { subject } = event.mail;
      const place =
        message === undefined ? `${folderNames({ time, kind: event.kindText, subject }, '')}/` : '';
      const names = createFileNames();
      // Ours stands beside the others, and keeps its name.
      names({ name: leftOutName });
      for (const { id, name, type } of decoded.mail.attachments) {
        const bytes = decoded.contents[id];
        if (bytes === undefined) continue;
        const isPacked = packed.has(sniffFile(bytes).family);
        yield { name: place + names({ name, type }), bytes, modified: event.time, isPacked };
      }
    }
    if (left.length > 0 && newest !== undefined)
      yield { name: leftOutName, bytes: Buffer.from(`${left.join('\n')}\n`), modified: newest };
  }

  return {
    measure(request) {
      const events = eventsOf(request);
      if (events.length === 0) return undefined;
      const sizes = events.flatMap(({ mail }) => mail.attachments.map(({ size }) => size + 1000));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      return { isTooLarge: sizes.length >= mostZipFiles || bytes > mostZipBytes };
    },
    stream: (request) => zipOf(partsOf(request)),
  };
}

function eventsOf({ folder, message }: FilesRequest): readonly TicketEvent[] {
  return folder.messages
    .map(({ event }) => event)
    .filter(({ name, mail }) => mail.attachments.length > 0 && (message ?? name) === name);
}

function isInfected({ fields }: TicketEvent): boolean {
  return readVerdicts(fields).virus?.found === true;
}

/** Gains nothing by being packed again. */
const packed: ReadonlySet<string> = new Set(['archive', 'picture', 'sound', 'video']);
