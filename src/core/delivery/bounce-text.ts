/**
 * What reports on undelivered mail say in plain words: whom it did not reach, and why.
 *
 * Owns: the forms of qmail, Exim, Postfix, Sendmail, Exchange, Domino, GroupWise, Courier and of large providers, as far as
 * addresses, replies and a few words in common languages tell. Promises: pure and total; time proportional to the length.
 * Leaves to others: the form of RFC 3464 (bounce.ts), what a reason means (bounce-cause.ts).
 */
import { addressKey, isAddress, localPartOf } from '../message/address.ts';

export interface NamedFailure {
  readonly address: string;
  /** In the other server's words. */
  readonly reason: string | undefined;
}

const mostNamed = 50;
const mostLines = 1500;
const longestLine = 1000;
const longestReason = 500;
/** A reason that runs on is none. */
const mostReasonLines = 12;

const mailAddress =
  "[\\p{L}\\p{N}._%+=#&'*/?^~-]{1,64}@[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,8}";
const anyAddress = new RegExp(mailAddress, 'u');
/** Nothing but an address: its reason stands below. */
const alone = new RegExp(
  `^(?:[-*•·|]{1,3}[ \\t]+|\\d{1,2}[.)][ \\t]+)?(?:rfc822;[ \\t]*)?[<("'[]?(${mailAddress})[>)"'\\]]?[ \\t]*[:：]?$`,
  'iu',
);
/** An address and its reason on one line: `<a@b>: host said …`, `a@b - unknown`, `<a@b> ... unknown`, `a@b (full)`. */
const withReason = new RegExp(
  `^(?:rfc822;[ \\t]*)?[<"']?(${mailAddress})[>"']?[ \\t]*(?:[:：]|[-–—]{1,3}[ \\t]|\\.\\.\\.|(?=\\())[ \\t]*(\\S.*)$`,
  'iu',
);

export interface PlainReport {
  /** What the other server said, without the mail that it gives back. */
  readonly told: string;
  /** To whom the returned mail was sent. */
  readonly sentTo: readonly string[];
  /** From a field of the report's header. */
  readonly named: readonly string[];
}

/** Whom the report names; empty when it names nobody. */
export function findFailures({ told, sentTo, named }: PlainReport): readonly NamedFailure[] {
  const lines = linesOf(told);
  if (named.length > 0)
    return named.map((address) => ({ address, reason: reasonAfterAddress(lines, address) }));
  for (const find of [listed, labelled, inSentences]) {
    const found = withoutDoubles(find(lines));
    if (found.length > 0) return likeliest(found, sentTo);
  }
  const [only, ...others] = sentTo;
  return only === undefined || others.length > 0 ? [] : [{ address: only, reason: undefined }];
}

/** The one reason that a report gives, whomever it means. */
export function findReason(told: string): string | undefined {
  const lines = linesOf(told);
  return findReply(lines) ?? labelledReason(lines);
}

function linesOf(text: string): readonly string[] {
  return decodeEncapsulated(text)
    .split('\n', mostLines)
    .map((line) =>
      line
        .slice(0, longestLine)
        .replace(/^[\s>|]*\|[ \t]?/, '')
        .trimEnd(),
    );
}

/** Addresses that some report names stand out by their reason, or by being those that were written to. */
function likeliest(
  found: readonly NamedFailure[],
  sentTo: readonly string[],
): readonly NamedFailure[] {
  const written = new Set(sentTo.map(addressKey));
  const sure = found.filter(
    ({ address, reason }) => reason !== undefined || written.has(addressKey(address)),
  );
  return sure.length > 0 ? sure : found;
}

function withoutDoubles(found: readonly NamedFailure[]): readonly NamedFailure[] {
  const byKey = new Map<string, NamedFailure>();
  for (const failure of found) {
    const key = addressKey(failure.address);
    const before = byKey.get(key);
    if (!isPerson(failure.address) || weightOf(failure) <= weightOf(before)) continue;
    byKey.set(key, failure);
  }
  return [...byKey.values()].slice(0, mostNamed);
}

/** A reason counts more than none, and the server's own answer more than what was made of it. */
function weightOf(failure: NamedFailure | undefined): number {
  if (failure === undefined) return 0;
  if (failure.reason === undefined) return 1;
  return /\b[45]\d\d\b/.test(failure.reason) ? 3 : 2;
}

/** Reports name whoever wrote them as well. */
function isPerson(address: string): boolean {
  return (
    isAddress(address) &&
    !/^(?:mailer-?daemon|mail-?daemon|postmaster|abuse|no-?reply)$/i.test(localPartOf(address))
  );
}

/** Addresses at the beginning of lines, each with what is said beside or below it. */
function listed(lines: readonly string[]): readonly NamedFailure[] {
  const found: NamedFailure[] = [];
  lines.forEach((line, at) => {
    if (found.length >= mostNamed || !line.includes('@')) return;
    const text = line.trim();
    const single = alone.exec(text)?.[1];
    if (single !== undefined) {
      found.push({ address: single, reason: reasonBelow(lines, at + 1) });
      return;
    }
    const [, address, reason] = withReason.exec(text) ?? [];
    if (address === undefined || reason === undefined) return;
    found.push({ address, reason: toReason([reason, ...paragraph(lines, at + 1)]) });
  });
  return found;
}

const recipientLabel =
  /^[\s*•-]{0,6}(?:(?:final|original|failed|intended)[- ](?:recipients?|address(?:es)?)|recipients?(?: (?:e-?mail )?address)?|to|addressee|an|empfänger(?:adresse)?|destinataires?|à|destinatari[oa]s?|para|ontvangers?|aan|mottagare|modtager|odbiorca|adresat|получатель|адресат|кому|alıcı|收件人(?:邮箱|邮件地址|地址)?|收件者|宛先|あて先|送信先|받는 ?사람)[ \t]{0,4}(?:[:：;(（]|[ \t])/iu;

function labelled(lines: readonly string[]): readonly NamedFailure[] {
  const reason = findReply(lines) ?? labelledReason(lines);
  return lines.flatMap((line) => {
    if (!line.includes('@') || !recipientLabel.test(line)) return [];
    const address = anyAddress.exec(line.replace(/mailto:/gi, ''))?.[0];
    return address === undefined ? [] : [{ address, reason }];
  });
}

/** Words by which people and programs say that something did not work, in the languages that reports are written in. */
const failing =
  /\b(?:not|n['’]t|cannot|unable|fail|failed|failure|undeliver\w*|unknown|invalid|reject\w*|refused|bounced|full|exist|nicht|unzustellbar\w*|unbekannt\w*|impossible|échec|pas|inconnue?|no se|no pudo|no fue|non è|non e'|impossibile|niet|não|nie|inte|ikke)\b|не удалось|не (?:может|был|доставлен)|无法|未能|失败|退回|退信|不存在|被拒|無法|できません|できませんでした|届きません|존재하지|실패|iletilemedi/iu;

/** `Your message to a@b couldn't be delivered.` Sentences are broken anywhere, so two lines are read as one. */
function inSentences(lines: readonly string[]): readonly NamedFailure[] {
  const reason = findReply(lines) ?? labelledReason(lines);
  return lines.flatMap((line, at) => {
    const address = anyAddress.exec(line)?.[0];
    if (address === undefined) return [];
    const around = [lines[at - 1] ?? '', line, lines[at + 1] ?? ''].join(' ');
    return failing.test(around) ? [{ address, reason }] : [];
  });
}

function reasonAfterAddress(lines: readonly string[], address: string): string | undefined {
  const key = addressKey(address);
  const at = lines.findIndex((line) => line.toLowerCase().includes(key));
  if (at < 0) return undefined;
  const line = lines[at] ?? '';
  const beside = withReason.exec(line.trim())?.[2];
  if (beside !== undefined) return toReason([beside, ...paragraph(lines, at + 1)]);
  return alone.test(line.trim()) ? reasonBelow(lines, at + 1) : undefined;
}

/** Up to the next blank line, address or rule. */
function paragraph(lines: readonly string[], from: number): readonly string[] {
  const found: string[] = [];
  for (const line of lines.slice(from, from + mostReasonLines)) {
    const text = line.trim();
    const isNext = text.includes('@') && (alone.test(text) || withReason.test(text));
    if (text === '' || isNext || /^[-=*_|#]{3,}/.test(text)) break;
    found.push(text);
  }
  return found;
}

/** Directly below an address; or one paragraph further, where a word or a reply says that it is the reason. */
function reasonBelow(lines: readonly string[], from: number): string | undefined {
  const near = paragraph(lines, from);
  if (near.length > 0) return toReason(near);
  let at = from;
  while (at < lines.length && at < from + 4 && (lines[at] ?? '').trim() === '') at += 1;
  const next = paragraph(lines, at);
  const word = reasonLabel.exec(next[0] ?? '');
  if (word !== null) return reasonOfLabel(lines, at, word);
  return next.some((line) => reply.test(line)) ? toReason(next) : undefined;
}

/** `550 5.1.1 …`, `#5.1.1 smtp;550 …`, `550-5.7.1 …`; not a year, a port or a part of an address. */
const reply =
  /(?:^|[\s'"(<:;,#])#?[45]\d\d[ -]+(?:#?[245]\.\d{1,3}\.\d{1,3}\b|(?=\D))|#[45]\.\d{1,3}\.\d{1,3}\b|\([45]\d\d\)|\b[45]\.[0-7]\.\d{1,2}\b(?=[ -;)])/;

/** The best line of the report with an SMTP reply in it, with what continues it. */
function findReply(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((line) => reply.test(line) && !/^\s*(?:>>>|received:)/i.test(line));
  if (at < 0) return undefined;
  return toReason([lines[at] ?? '', ...paragraph(lines, at + 1).slice(0, 5)]);
}

const reasonLabel =
  /^[\s*•-]{0,6}(?:because|reasons?(?: for (?:the )?\w{1,20})?|error(?: message| code| details?)?|diagnostic[- ](?:code|information)|grund|ursache|fehler(?:meldung)?|weil|raison|motif|cause|motivo|razón|causa|errore|reden|oorzaak|orsak|årsag|powód|причина|neden|退信原因|失败原因|原因|エラー(?:内容)?|理由|사유|remote server returned|the (?:response|error)[^:\n]{0,60}(?:was|returned)[^:\n]{0,30}|technical details[^:\n]{0,30})[ \t]{0,4}(?:[:：]|$)[ \t]*(.*)$/iu;

function labelledReason(lines: readonly string[]): string | undefined {
  for (const [at, line] of lines.entries()) {
    const word = reasonLabel.exec(line);
    if (word === null) continue;
    const reason = reasonOfLabel(lines, at, word);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Beside the word, or in the paragraph below it. */
function reasonOfLabel(
  lines: readonly string[],
  at: number,
  word: RegExpExecArray,
): string | undefined {
  const beside = word[1] ?? '';
  if (beside !== '') return toReason([beside]);
  let below = at + 1;
  while (below < at + 4 && (lines[below] ?? '-').trim() === '') below += 1;
  return toReason(paragraph(lines, below));
}

/** What the server said itself, where it is quoted among other words: `<<< 550 …`, `Remote Server returned '550 …'`. */
function toReason(lines: readonly string[]): string | undefined {
  const said = lines.filter((line) => /^\s*<<<|<-- /.test(line));
  const words = (said.length > 0 ? said : lines.filter((line) => !/^\s*>>>|--> /.test(line)))
    .map((line) => line.replace(/^.*(?:<<<|<--) */, ''))
    .join(' ');
  return cleanReason(words);
}

/** One line, without the marks around a server's words and the codes that lines of a long reply repeat. */
export function cleanReason(text: string): string | undefined {
  const words = text
    .slice(0, 4 * longestReason)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const quoted = /remote server returned ['"‘“]([^'"’”]{3,400})/i.exec(words)?.[1] ?? words;
  const bare = quoted
    .replace(/^\((?:reason: )?(.*)\)$/i, '$1')
    .replace(/^<[\w.-]{1,253} #?([245]\.\d{1,3}\.\d{1,3}) ?(?:smtp;)?([^<>]*)>$/i, exchangeWords)
    .replace(/^(?:reason|error|grund|fehler|raison|motivo)[ \t]?:[ \t]*(?=\S)/i, '')
    .replace(/^[a-z0-9-]{1,40}[ \t]*;[ \t]*(?=\S)/i, '')
    .replace(/^[#'"‘“(]+/, '')
    .replace(/[#'"’”]+$/, '')
    .trim();
  const code = /^([45]\d\d)[- ](?:[245]\.\d{1,3}\.\d{1,3})?/.exec(bare);
  const once =
    code?.[1] === undefined
      ? bare
      : bare.slice(0, 4).replace('-', ' ') +
        bare
          .slice(4)
          .replaceAll(new RegExp(` ${code[1]}[- ](?:[245]\\.\\d{1,3}\\.\\d{1,3} ?)?`, 'g'), ' ');
  return once === '' ? undefined : once.slice(0, longestReason);
}

/** `<host #5.1.1 smtp;550 5.1.1 unknown>`; without words the status is what there is. */
function exchangeWords(_: string, status: string, said: string): string {
  return said === '' ? status : said;
}

/**
 * Exchange puts addresses of other kinds into mail addresses: `IMCEASMTP-kim+40example+2Eorg@host`, or the name of a
 * directory entry, `IMCEAEX-_O=ORG_OU=SITE_CN=RECIPIENTS_CN=KIM@host`. What stands in them is whom it was for.
 */
export function decodeEncapsulated(text: string): string {
  if (!/IMCEA/i.test(text)) return text;
  return text.replace(
    /IMCEA([A-Z]{1,10})-([^\s<>"@;]{1,500})@([\p{L}\p{N}.-]{1,253})/giu,
    (whole, _: string, coded: string, host: string) => {
      const plain = coded
        .replaceAll('_', '/')
        .replace(/\+([0-9a-f]{2})/gi, (__, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 16)),
        );
      if (isAddress(plain)) return plain;
      const entry = plain
        .split('/')
        .at(-1)
        ?.replace(/^cn=(?:[0-9a-f]{32}-)?/i, '');
      return entry === undefined || entry === '' || entry === plain ? whole : `${entry}@${host}`;
    },
  );
}
