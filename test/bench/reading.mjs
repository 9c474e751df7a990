/**
 * How long reading a mail takes, against plain `simpleParser`: `npm run bench:reading`.
 *
 * Each mail is read by one and the other in turn, so that a busy machine is busy for both; of each the median counts, and the sum of the
 * medians is compared. `bare` is simpleParser without making HTML and links of texts, which this desk does elsewhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simpleParser } from 'mailparser';
import { decodeMail } from '../../dist/storage/codec.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '60' },
  },
});
const bareOptions = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
};
const readers = {
  desk: (raw) => decodeMail(raw),
  plain: (raw) => simpleParser(raw),
  bare: (raw) => simpleParser(raw, bareOptions),
};

const corpus = join(import.meta.dirname, '../corpus');
const folders = ['plain', 'html', 'charsets', 'clients', 'bounces', 'loops', 'calendar'];
const small = folders
  .flatMap((folder) => eml(join(corpus, folder)))
  .filter(({ length }) => length < 20_000);

function eml(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(join(folder, name)));
  } catch {
    return [];
  }
}

const head =
  'From: Kim <kim@customer.example>\r\nTo: support@desk.example\r\nSubject: Bench\r\nMIME-Version: 1.0\r\n';
const mail = (...lines) => Buffer.from(head + lines.join('\r\n'));
const base64 = (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

const groups = {
  'small mails of the corpus': small,
  'a file of 20 MB': [
    mail(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'See the file.',
      '--b',
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      base64(Buffer.alloc(20_000_000, 7)),
      '--b--',
      '',
    ),
  ],
  'a text of 5 MB': [
    mail(
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Zeile mit Wörtern, wie sie in Protokollen stehen.\r\n'.repeat(100_000),
    ),
  ],
  'HTML of 2 MB': [
    mail(
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Some <b>words</b> and a <a href="https://x.example">link</a></p>\r\n'.repeat(30_000),
    ),
  ],
  '1,000 files': [
    mail(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...Array.from(
        { length: 999 },
        (_, at) =>
          `--b\r\nContent-Type: text/plain; name=${at}.txt\r\nContent-Disposition: attachment\r\n\r\nfile ${at}`,
      ),
      '--b--',
      '',
    ),
  ],
  '100,000 lines like a boundary': [
    mail('Content-Type: multipart/mixed; boundary=b', '', '--c\r\n'.repeat(100_000), '--b--', ''),
  ],
  'a header of 400 kB': [mail(`X-Long: ${'word '.repeat(80_000)}`, '', 'text', '')],
  '40 parts within each other': [
    mail(
      ...Array.from(
        { length: 40 },
        (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}`,
      ),
      'Content-Type: text/plain',
      '',
      'innermost',
      '',
    ),
  ],
};

const median = (times) => times.toSorted((one, other) => one - other)[times.length >> 1];
const rows = [];
for (const [name, mails] of Object.entries(groups)) {
  const times = Object.fromEntries(
    Object.keys(readers).map((reader) => [reader, mails.map(() => [])]),
  );
  const began = performance.now();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [at, raw] of mails.entries()) {
      for (const [reader, read] of Object.entries(readers)) {
        const start = performance.now();
        await read(raw);
        times[reader][at].push(performance.now() - start);
      }
    }
    if (performance.now() - began > 1000 * Number(values.seconds)) break;
  }
  const sum = (reader) => times[reader].reduce((total, each) => total + median(each), 0);
  const [desk, plain, bare] = ['desk', 'plain', 'bare'].map(sum);
  rows.push({
    mails: `${name} (${mails.length})`,
    'desk ms': desk.toFixed(2),
    'plain ms': plain.toFixed(2),
    'bare ms': bare.toFixed(2),
    'desk/plain': (desk / plain).toFixed(2),
    'desk/bare': (desk / bare).toFixed(2),
  });
}
console.table(rows);
