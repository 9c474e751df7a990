/**
 * A mailbox as another system leaves it: threads in many languages, answers of the team, copies, broken mails.
 *
 * Promises: the same count gives the same mails; says which belong together.
 */

export interface OldMail {
  /** With LF line ends. */
  readonly raw: string;
  /** Number of the conversation it belongs to. */
  readonly thread: number;
  /** Another copy of this one, to the byte. */
  readonly copyOf?: number;
  readonly time: number;
}

export const desk = 'support@example.com';

const words = [
  [
    'My parcel has not arrived',
    'Good morning,\n\nit was sent two weeks ago.\nFrom there on I heard nothing.\n',
  ],
  [
    'Rechnung 4711 ist doppelt',
    'Guten Tag,\n\nich habe zwei Rechnungen für Müller & Söhne bekommen.\n',
  ],
  ['Où est ma commande ?', 'Bonjour,\n\nj\u2019attends toujours ma commande à Besançon.\n'],
  ['Заказ не пришёл', 'Здравствуйте,\n\nмой заказ до сих пор не пришёл.\n'],
  ['注文が届きません', 'こんにちは。\n\n注文した商品がまだ届きません。\n'],
  ['لم تصل الطلبية', 'مرحبا،\n\nلم تصل طلبيتي حتى الآن.\n'],
  ['การสั่งซื้อของฉัน', 'สวัสดีครับ\n\nสินค้ายังไม่มาถึง\n'],
] as const;

const base = Date.UTC(2019, 2, 4, 8);
const step = 37 * 60_000;

/** Per conversation: question, answer, thanks, question, answer; now and then a copy or something broken. */
export function oldMails(count: number): readonly OldMail[] {
  const mails: OldMail[] = [];
  for (let thread = 0; mails.length < count; thread += 1) {
    const length = 1 + (thread % 5);
    const first = mails.length;
    for (let at = 0; at < length && mails.length < count; at += 1)
      mails.push({ raw: write(thread, at), thread, time: timeOf(thread, at) });
    if (thread % 9 === 4 && mails.length < count) {
      const copied = mails[first];
      if (copied !== undefined) mails.push({ ...copied, copyOf: first });
    }
    if (thread % 17 === 8 && mails.length < count)
      mails.push({ raw: broken(thread), thread: -1 - thread, time: timeOf(thread, 7) });
  }
  return mails;
}

function timeOf(thread: number, at: number): number {
  return base + thread * step + at * 5 * 3_600_000;
}

function write(thread: number, at: number): string {
  const [subject, text] = words[thread % words.length] ?? words[0];
  const customer = `Kim Kunde ${thread} <kunde${thread}@example.net>`;
  const isAnswer = at % 2 === 1;
  const id = (n: number) => `<m${n}.t${thread}@example.net>`;
  const word = (plain: string) => `=?UTF-8?B?${Buffer.from(plain).toString('base64')}?=`;
  return [
    `From: ${isAnswer ? `Support <${desk}>` : customer}`,
    `To: ${isAnswer ? customer : `Support <${desk}>`}`,
    `Subject: ${word(`${at === 0 ? '' : 'Re: '}${subject} (${thread})`)}`,
    `Date: ${new Date(timeOf(thread, at)).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${id(at)}`,
    ...(at === 0 ? [] : [`In-Reply-To: ${id(at - 1)}`]),
    ...(at === 0 ? [] : [`References: ${Array.from({ length: at }, (_, n) => id(n)).join(' ')}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    `${text}\nFrom me, mail ${at} of ${thread}\n>From the past\n`,
  ].join('\n');
}

function broken(thread: number): string {
  const bodies = [
    `no header at all, number ${thread}\n\nFrom nobody\n`,
    `Subject: half a part ${thread}\nContent-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/pl`,
    `From: <broken${thread}\nDate: yesterday, perhaps\n\n\u0000\u0001 text ${thread}\n`,
  ];
  return bodies[Math.floor(thread / 17) % bodies.length] ?? '';
}
