/**
 * A page becomes a PDF file: a browser of this machine prints it.
 *
 * Promises: the browser has a profile of its own that is thrown away, and reaches no network; it ends within
 * the time limit or when nobody wants the file any more. One at a time. The file is handed out in pieces.
 * Leaves to others: what stands on the page (desk-export.ts).
 */
import { join } from 'node:path';
import { type Duration, minute } from '../../base/clock.ts';
import type { RunCommand } from '../../base/command.ts';
import { Fault, isFault } from '../../base/fault.ts';
import { type Random, randomText } from '../../base/random.ts';
import { createLimit } from '../../base/serial.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';

export interface PdfPrinter {
  /** Path of the browser; undefined where there is none. */
  findBrowser(): Promise<string | undefined>;
  /** Fails with `not-found` where there is no browser. */
  print(html: Buffer, signal?: AbortSignal): AsyncGenerator<Buffer, void, void>;
}

export interface PdfPrinterDeps {
  readonly files: FileOps;
  readonly random: Random;
  readonly run: RunCommand;
  /** The setting `pdfBrowser`. */
  readonly browser: () => string | undefined;
  /** The desk's. */
  readonly directory: string;
}

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/usr/local/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const longest: Duration = 3 * minute;
const pieceBytes = 256 * 1024;

const quiet = [
  '--headless',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pdf-header-footer',
  '--log-level=3',
  // The page needs nothing of the world, and mails shall not reach it. That no script runs in it, its own policy says.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
];

export function createPdfPrinter(deps: PdfPrinterDeps): PdfPrinter {
  const { files, random, run, browser, directory } = deps;
  const limit = createLimit(1);

  async function findBrowser(): Promise<string | undefined> {
    const named = browser();
    for (const path of named === undefined ? usualPlaces : [named]) {
      const stat = await files.stat(path);
      if (stat !== undefined && !stat.isDirectory) return path;
    }
    return undefined;
  }

  async function make(folder: string, html: Buffer, signal: AbortSignal | undefined) {
    const program = (await findBrowser()) ?? noBrowser(browser());
    await ensureDirectory(files, folder, directory);
    const [page, file] = [join(folder, 'page.html'), join(folder, 'page.pdf')];
    await files.createFile(page, html, 0o600);
    // Chromium's sandbox does not work for root, and it says no more than that.
    const isRoot = (await files.stat(page))?.owner === 0;
    const command = [
      program,
      ...quiet,
      ...(isRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
      `--print-to-pdf=${file}`,
      `file://${page.split('/').map(encodeURIComponent).join('/')}`,
    ];
    await run({
      command,
      directory: folder,
      timeoutMs: longest,
      ...(signal === undefined ? {} : { signal }),
    });
    const size = (await files.stat(file))?.size ?? 0;
    if (size === 0) throw nothingPrinted(program);
    return { file, size };
  }

  return {
    findBrowser,
    async *print(html, signal) {
      const folder = join(directory, 'index', 'print', randomText(random, 20));
      try {
        const { file, size } = await limit.run(() => make(folder, html, signal));
        for (let at = 0; at < size; at += pieceBytes)
          yield await files.readPart(file, at, Math.min(pieceBytes, size - at));
      } finally {
        await removeLater(folder);
      }
    },
  };

  /** A browser that was ended may be writing its last words still. */
  async function removeLater(folder: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await files.removeTree(folder);
      } catch (error) {
        if (attempt === 3 || !isFault(error)) throw error;
      }
    }
  }
}

function noBrowser(named: string | undefined): never {
  const what =
    named === undefined
      ? 'no Chromium or Chrome was found in the usual places'
      : `there is no program "${named}"`;
  throw new Fault('not-found', {
    retry: 'never',
    detail: `Cannot make a PDF: ${what}; the setting pdfBrowser (MAILDESK_PDF_BROWSER) says where it is`,
  });
}

function nothingPrinted(program: string): Fault {
  return new Fault('not-ready', {
    retry: 'later',
    detail: `Cannot make a PDF: "${program}" has written none; the setting pdfBrowser (MAILDESK_PDF_BROWSER) names another`,
  });
}
