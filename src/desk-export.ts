/**
 * Tickets on their way out of the desk: as mails, and on paper.
 *
 * Owns: which page is printed. Promises: the page is whole in itself, styles and pictures included; nothing is built before
 * somebody wants a PDF.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { RunCommand } from './base/command.ts';
import type { Random } from './base/random.ts';
import type { LiveConfig } from './config/config.ts';
import { ticketRulesOf } from './config/ticket-rules.ts';
import { parsePartPath } from './core/message/attached.ts';
import type { MessageName } from './core/ticket/event.ts';
import { parseMessageName } from './core/ticket/event.ts';
import { type Body, createBodies } from './edges/http/bodies.ts';
import { createInnerMails } from './edges/http/inner-mails.ts';
import { ownNamesOf } from './edges/http/own-names.ts';
import { sideOf } from './edges/http/presenters/message.ts';
import { namesOf } from './edges/http/presenters/people.ts';
import { presentPrint } from './edges/http/presenters/print.ts';
import type { Accounts } from './services/accounts/accounts.ts';
import { createAttachedMails } from './services/attached-mails.ts';
import { createFilesZip } from './services/carry/attachment-zip.ts';
import type { Exporting, PaperRequest } from './services/carry/exporting.ts';
import { createMailExport } from './services/carry/mail-export.ts';
import { createPdfPrinter } from './services/carry/pdf-printer.ts';
import { createRenderer, type Renderer } from './services/render/templates.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketFolder, TicketReader } from './storage/ticket-store.ts';

export interface DeskExportDeps {
  readonly reader: TicketReader;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly config: LiveConfig;
  readonly files: FileOps;
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly random: Random;
  /** The desk's, and the program's own. */
  readonly directory: string;
  readonly program: string;
}

/** Of one ticket: pictures beyond are named, not shown. */
const mostPictureBytes = 40_000_000;

export function createDeskExport(deps: DeskExportDeps): Exporting {
  const { reader, accounts, config, files, run, clock, random, directory, program } = deps;
  const printer = createPdfPrinter({
    files,
    random,
    run,
    directory,
    browser: () => config.current().desk.pdfBrowser,
  });
  const attached = createAttachedMails({ reader });
  let made: Promise<Page> | undefined;

  /** Templates are compiled once. */
  function page(): Promise<Page> {
    made ??= readPage(program, files);
    return made;
  }

  async function pageOf(folder: TicketFolder, request: PaperRequest): Promise<Buffer> {
    const { renderer, style } = await page();
    const { desk } = config.current();
    const { locales } = renderer;
    const locale =
      locales.find(request.language ?? desk.language) ?? locales.choose('', desk.language);
    const zone = request.timeZone ?? desk.timeZone;
    const said = folder.messages
      .map(({ event }) => event)
      .filter((each) => sideOf(each) !== undefined);
    const bodies: ReadonlyMap<string, Body> = await createBodies({ reader, renderer }).read(
      folder.number,
      said,
    );
    const words = {
      locale,
      dates: locale.dates(zone),
      now: clock.now(),
      login: '',
      nameOf: namesOf(accounts.list()),
      people: accounts.list(),
      own: ownNamesOf(config.current(), accounts.list()),
      hasSmarthost: desk.smarthost !== undefined,
      zone,
      rules: ticketRulesOf(config.current()),
    };
    const mails = await createInnerMails({ attached, renderer }).findAll(folder.number, said);
    const print = presentPrint({ folder, bodies, mails, withNotes: request.notes }, words);
    const items = [];
    let room = mostPictureBytes;
    async function withBytes<T extends { readonly src: string }>(
      pictures: readonly T[],
    ): Promise<readonly T[]> {
      const found: T[] = [];
      for (const picture of pictures) {
        const src = await readPicture(folder, picture.src, room);
        room -= src?.length ?? 0;
        if (src !== undefined) found.push({ ...picture, src });
      }
      return found;
    }
    for (const item of print.items) {
      if (item.kind === 'line') {
        items.push(item);
        continue;
      }
      const images = await withBytes(item.message.images);
      const inner = [];
      for (const mail of item.message.mails)
        inner.push({ ...mail, images: await withBytes(mail.images) });
      items.push({ ...item, message: { ...item.message, images, mails: inner } });
    }
    const title = `${folder.number} ${print.subject}`;
    return Buffer.from(
      renderer.page('paper', locale, { title, style: { html: style }, print: { ...print, items } }),
    );
  }

  /** The file is not among the desk's pages, so a picture stands in it. */
  async function readPicture(
    { number, messages }: TicketFolder,
    address: string,
    room: number,
  ): Promise<string | undefined> {
    const [, name = '', id = ''] =
      /\/messages\/([^/]+)\/attachments\/([0-9.]+)/.exec(address) ?? [];
    const message: MessageName | undefined = parseMessageName(decodeURIComponent(name));
    const event = messages.find((each) => each.event.name === message)?.event;
    const path = parsePartPath(id);
    if (event === undefined || path === undefined) return undefined;
    const found = await attached.readFile(number, event, path);
    if (found === undefined || found.bytes.length * 1.4 > room) return undefined;
    return `data:${found.attachment.type};base64,${found.bytes.toString('base64')}`;
  }

  return {
    mails: createMailExport({ reader }),
    files: createFilesZip({ reader }),
    paper: {
      findBrowser: printer.findBrowser,
      async *print(folder, request) {
        yield* printer.print(await pageOf(folder, request), request.signal);
      },
    },
  };
}

interface Page {
  readonly renderer: Renderer;
  readonly style: string;
}

async function readPage(program: string, files: FileOps): Promise<Page> {
  const templatesDirectory = join(program, 'templates');
  const renderer = await createRenderer({
    templatesDirectory,
    localesDirectory: join(program, 'locales'),
  });
  const style = await files.readFile(join(templatesDirectory, 'static', 'maildesk.css'));
  return { renderer, style: style.toString('utf8') };
}
