/**
 * What searching costs: `npm run bench:search [-- --tickets 10000 --words 200]`.
 *
 * Writes ticket folders in several languages into a temporary directory, has the text index read them in its thread as a
 * desk does at a start, and asks it. Times are those of the machine at the moment; compare within one run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../dist/base/clock.js';
import { splitQuery } from '../../dist/core/search/match.js';
import { parseQuery } from '../../dist/core/search/query.js';
import { folderOf, formatTicketNumber } from '../../dist/core/ticket/number.js';
import { startTextWorker } from '../../dist/services/index/memory/text-port.js';
import { createTextSearch } from '../../dist/services/index/memory/text-search.js';

const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '1000' },
    words: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '25' },
  },
});
const count = Number(values.tickets);
const root = mkdtempSync(join(tmpdir(), 'maildesk-search-'));
const tickets = join(root, 'tickets');

/** The same tickets in every run. */
let seed = 20261126;
function random() {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];

const known = {
  de: 'der die und nicht ist ein wir haben bitte Rechnung Rechnungen Lieferung Bestellung Konto Passwort Mahnung Vertrag Kündigung Gerät Straße Müller Stornorechnung Rechnungsnummer Versand Umtausch'.split(
    ' ',
  ),
  en: 'the and is you for your with invoice invoices delivery order password account refund contract cancel shipping printer address customer number please thanks'.split(
    ' ',
  ),
  fr: 'le la les est vous pas pour nous facture factures commande livraison remboursement compte abonnement adresse merci bonjour'.split(
    ' ',
  ),
  es: 'el los que por una con su factura facturas pedido entrega cuenta contraseña devolución gracias hola'.split(
    ' ',
  ),
  ru: 'и не на что я мы вы счёт заказ заказы доставка возврат пароль адрес спасибо здравствуйте'.split(
    ' ',
  ),
  ar: 'في من على إلى الفاتورة فواتير طلب الطلب حساب إلغاء شكرا مرحبا'.split(' '),
};
const shares = ['de', 'de', 'de', 'de', 'en', 'en', 'en', 'fr', 'fr', 'es', 'ru', 'zh', 'ja', 'ar'];
const han =
  '我想申请退款请尽快处理订单发票没有收到号码密码登录账号商品发货物流地址客服问题时间今天明天公司电话邮件谢谢您好的是在有不了这个';
const kana =
  '請求書注文返金配送商品番号パスワードサーバーキャンセルお願いしますありがとうございますですがまだ届いていません';
const syllables =
  'ba be bi bo bu da de di do du fa fe fi ga ge go ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve wa we za ze'.split(
    ' ',
  );
/** Beside the known words a long tail, as names, products and slips of the pen give it. */
const tail = Array.from({ length: 40_000 }, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables)).join(''),
);

function textOf(language, words) {
  if (language === 'zh' || language === 'ja') {
    const letters = language === 'zh' ? han : kana;
    return Array.from(
      { length: words },
      (_, at) => pick(letters) + (at % 12 === 11 ? '，' : ''),
    ).join('');
  }
  return Array.from({ length: words }, () => {
    const chance = random();
    if (chance < 0.6) return pick(known[language]);
    if (chance < 0.97) return tail[Math.floor(tail.length * random() ** 3)];
    return String(100_000 + Math.floor(random() * 900_000));
  }).join(' ');
}

function writeTickets() {
  const all = [];
  for (let at = 0; at < count; at += 1) {
    const month = String(1 + (at % 12)).padStart(2, '0');
    const day = `2026${month}${String(1 + (at % 28)).padStart(2, '0')}`;
    const number = formatTicketNumber(day, 1 + at);
    const language = pick(shares);
    const subject = textOf(language, 6);
    const folder = join(tickets, ...folderOf(number));
    for (const name of ['tmp', 'new', 'cur']) mkdirSync(join(folder, name), { recursive: true });
    const half = Math.ceil(Number(values.words) / 2);
    for (const part of [1, 2])
      writeFileSync(
        join(folder, 'cur', `17645${String(at).padStart(6, '0')}.M${part}P1Q1.bench:2,S`),
        `Ticket-Event: mail-in\nTicket-Number: ${number}\nFrom: ${pick(tail)} ${pick(tail)} <${pick(tail)}@${pick(tail)}.example>\nTo: support@desk.example\nSubject: ${subject}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${textOf(language, half)}\n`,
      );
    all.push({ number, subject, language });
  }
  return all;
}

const queries = {
  'one word': ['Rechnung', 'invoices', 'commande', 'заказ', '退款', 'الفاتورة'],
  'two words': ['Rechnung Konto', 'invoice delivery', 'facture compte', 'заказ доставка'],
  phrase: ['"bitte Rechnung"', '"the invoice"', '退款请', '"los pedido"'],
  prefix: ['rech*', 'inv*', 'fact*', 'ba*'],
  'field and word': ['subject:Rechnung Konto', 'subject:invoice order', 'subject:заказ пароль'],
  'rare word': [tail[39_999], tail[39_000], '654321'],
};

function termsOf(text) {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`${text} is no query`);
  return splitQuery(parsed.value).text;
}

const mega = (bytes) => `${Math.round(bytes / 1024 / 1024)} MB`;
const quantile = (times, share) => {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
};

try {
  const all = writeTickets();
  const rssBefore = process.memoryUsage().rss;
  const log = { info() {}, warn: console.warn, error: console.error, debug() {} };
  const text = createTextSearch({
    start: startTextWorker({ tickets, infoSeparator: ':', index: join(root, 'index') }),
    clock: systemClock,
    log,
    all: () => all,
  });
  const began = performance.now();
  text.refill();
  text.whole();
  await text.settled();
  const built = performance.now() - began;
  console.log(`${count} tickets of ${values.words} words in ${new Set(shares).size} languages`);
  console.log(
    `build            ${(built / 1000).toFixed(1)} s, ${Math.round((count / built) * 1000)} tickets/s`,
  );
  // Joining goes on behind the last answer; a search waits for its turn between two slices.
  await text.search(termsOf('nothing'));
  await new Promise((resolve) => setTimeout(resolve, Math.min(20_000, 500 + count / 4)));
  text.change(all[0].number, all[0]);
  await text.settled();
  const { memory } = text.health();
  console.log(
    `memory           ${mega(memory)} in the thread (${(memory / count / 1024).toFixed(1)} KB a ticket), RSS +${mega(process.memoryUsage().rss - rssBefore)}`,
  );
  for (const [kind, list] of Object.entries(queries)) {
    const times = [];
    let found = 0;
    for (let round = 0; round < Number(values.rounds); round += 1)
      for (const query of list) {
        const start = performance.now();
        const { numbers } = await text.search(termsOf(query));
        times.push(performance.now() - start);
        found += numbers.size;
      }
    console.log(
      `${kind.padEnd(16)} p50 ${quantile(times, 0.5)} ms, p95 ${quantile(times, 0.95)} ms, ${Math.round(found / times.length)} found`,
    );
  }
  await text.close();
} finally {
  rmSync(root, { recursive: true, force: true });
}
