/**
 * What somebody wrote in an answer, without the mail that it answers and without the signature of the mail program.
 *
 * Promises: pure, total, in time proportional to the text. Words that stand before the quoted mail are never cut, save a
 * signature; of words between or behind quoted lines none is lost. Cutting twice changes nothing that a reader sees.
 * Leaves to others: commands on the first lines (command.ts).
 */

/** Stands at the top of each notification; what an agent writes above it is his own. */
export function cutMark(number: string): string {
  return `--=[ ${number} ]=--`;
}

const markLine = /--=\[ [0-9]{14,20} \]=--/;
const quoteLine = /^\s{0,3}[>|]/;
/** RFC 3676 section 4.3; many programs lose the blank. */
const signatureLine = /^--[ \t]?$/;

/** Written by telephones and never by people. */
const deviceLine =
  /^(?:sent from (?:my|outlook|mail)\b|von meinem \S+ gesendet|gesendet (?:von|mit) (?:meinem|outlook|mail)\b|envoyé de mon\b|enviado desde mi\b|inviato da\b|verzonden vanaf mijn\b|get outlook for\b)/i;

const dividerLine =
  /^\s*(?:-{2,}\s*(?:original(?: message|nachricht)?|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|weitergeleitete nachricht|forwarded message|переадресованное сообщение|原始邮件)\s*-{2,}|_{20,})\s*$/iu;

/** First word of a header that a mail program writes above the mail, as in "Von: Kim Berg". */
const headerLine =
  /^\s*\*?(?:from|von|de|da|van|från|fra|od|от|kimden|expéditeur|发件人|寄件者|差出人|보낸 사람)\s?\*?\s?[:：]\*?\s*\S/iu;
const furtherHeader =
  /^\s*\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|wysłano|do|temat|отправлено|кому|тема|дата|发送时间|收件人|主题|日時|宛先|件名|보낸 날짜|받는 사람|제목)\s?\*?\s?[:：]/iu;

/** How mail programs introduce what they quote: the end of "On Monday Kim Berg wrote:". */
const attributionEnd =
  /(?:wrote|writes|schrieb|schreibt|geschrieben|a écrit|escribió|escreveu|ha scritto|scrisse|schreef|skrev|kirjoitti|napisał(?:\(a\))?|napsal(?:\(a\))?|írta|a scris|yazdı|έγραψε|написал(?:а|\(а\))?|пишет|пише|写道|寫道|のメール|のメッセージ|작성|님이 작성|כתב(?:ה)?|كتب)\s?(?:[:：]|$)|<?[^\s<>@]{1,64}@[^\s<>@]{1,190}>?\s*[:：]$/iu;
/** The same where the words stand in front, as in "Am 23.11.2026 um 10:00 schrieb Kim Berg:". */
const attributionBegin =
  /^\s*(?:on|am|le|el|il|op|em|den|dne|w dniu|pe|tarihinde|在|於)\s.{0,300}(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|napisał|napsal|a scris)\b.{0,200}[:：]\s*$/iu;

const longestText = 1_000_000;
const longestLine = 2000;

export function cutQuoted(whole: string): string {
  const lines = whole.slice(0, longestText).replace(/\r\n?/g, '\n').split('\n');
  const start = lines.findIndex((line, at) => beginsQuotation(lines, at, line));
  const above = withoutSignature(start < 0 ? lines : lines.slice(0, start));
  if (start < 0) return tidy(above);
  const below = isBlock(lines, start) ? [] : wordsBetween(lines.slice(start));
  return tidy(below.length === 0 ? above : [...above, '', ...below]);
}

function beginsQuotation(lines: readonly string[], at: number, line: string): boolean {
  if (line.length > longestLine) return false;
  if (quoteLine.test(line) || markLine.test(line) || dividerLine.test(line)) return true;
  return isHeaderBlock(lines, at) || isAttribution(lines, at);
}

/** Everything behind it is quoted, though nothing marks the lines. */
function isBlock(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (quoteLine.test(line)) return false;
  return !isFollowedByQuote(lines, at + linesOfAttribution(lines, at));
}

/** "From: … Sent: …" as Outlook sets it; one such line alone may be somebody's own. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!headerLine.test(lines[at] ?? '')) return false;
  const next = lines.slice(at + 1, at + 6).filter((line) => line.length <= longestLine);
  return next.filter((line) => furtherHeader.test(line)).length >= 2;
}

/** One to three lines, for programs break them; quoted lines, or our own mark, come behind them. */
function isAttribution(lines: readonly string[], at: number): boolean {
  const count = linesOfAttribution(lines, at);
  return count > 0 && (isFollowedByQuote(lines, at + count) || isFollowedByMark(lines, at + count));
}

function linesOfAttribution(lines: readonly string[], at: number): number {
  let joined = '';
  for (let count = 1; count <= 3; count += 1) {
    const line = lines[at + count - 1]?.trim() ?? '';
    if (line === '' || line.length > 400 || quoteLine.test(line)) return 0;
    joined = joined === '' ? line : `${joined} ${line}`;
    if (attributionBegin.test(joined)) return count;
    // Without its first word only a single line is taken, or words above it would be taken along.
    if (count === 1 && attributionEnd.test(joined)) return count;
  }
  return 0;
}

function isFollowedByQuote(lines: readonly string[], at: number): boolean {
  const next = lines[at]?.trim() === '' ? lines[at + 1] : lines[at];
  return next !== undefined && quoteLine.test(next);
}

/** Our mark stands at the top of what we wrote, behind a blank line or two. */
function isFollowedByMark(lines: readonly string[], at: number): boolean {
  return lines.slice(at, at + 6).some((line) => markLine.test(line.slice(0, longestLine)));
}

/** What was written between the quoted lines, or below them. */
function wordsBetween(lines: readonly string[]): readonly string[] {
  const own: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.length <= longestLine && (quoteLine.test(line) || markLine.test(line))) {
      if (own.at(-1) !== '') own.push('');
      continue;
    }
    const introducing = isAttribution(lines, at) ? linesOfAttribution(lines, at) : 0;
    if (introducing > 0) at += introducing - 1;
    else own.push(line);
  }
  return withoutSignature(own).some((line) => line.trim() !== '') ? withoutSignature(own) : [];
}

function withoutSignature(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => signatureLine.test(line));
  const kept = at < 0 ? lines : lines.slice(0, at);
  const last = kept.findLastIndex((line) => line.trim() !== '');
  return deviceLine.test(kept[last]?.trim() ?? '') ? kept.slice(0, last) : kept;
}

function tidy(lines: readonly string[]): string {
  const text: string[] = [];
  for (const line of lines.map((each) => each.trimEnd()))
    if (line !== '' || (text.length > 0 && text.at(-1) !== '')) text.push(line);
  while (text.at(-1) === '') text.pop();
  return text.join('\n');
}
