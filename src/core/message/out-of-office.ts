/**
 * Subjects that vacation programs write, in the languages our customers write.
 *
 * Promises: pure and bounded. A subject is a weak sign: people write about holidays too. So only the very
 * beginning counts, and a subject that begins with an answer mark was written by somebody's mail program
 * over such a mail, not by the vacation program.
 */

/** How vacation programs begin a subject; compared without regard to case, apostrophes and blanks made alike. */
const beginnings: readonly string[] = [
  // English
  'automatic reply',
  'automatic response',
  'auto reply',
  'auto-reply',
  'autoreply',
  'auto response',
  'auto-response',
  'autoresponse',
  'out of office',
  'out of the office',
  'out-of-office',
  'ooo:',
  'vacation reply',
  'away from my mail',
  // German
  'automatische antwort',
  'abwesenheitsnotiz',
  'abwesenheitsnachricht',
  'abwesenheitsmeldung',
  'abwesenheitsbenachrichtigung',
  'abwesend:',
  'abwesenheit:',
  'nicht im büro',
  // Dutch
  'automatisch antwoord',
  'afwezigheidsbericht',
  'afwezigheidsmelding',
  'niet aanwezig',
  // Danish, Norwegian, Swedish, Finnish
  'automatisk svar',
  'autosvar',
  'ikke til stede',
  'fraværsmeddelelse',
  'fraværsassistent',
  'frånvaromeddelande',
  'automatiskt svar',
  'autosvar:',
  'automaattinen vastaus',
  'poissaoloviesti',
  'poissa toimistosta',
  // French
  'réponse automatique',
  'absence du bureau',
  "message d'absence",
  'absent(e)',
  'absent du bureau',
  // Italian
  'risposta automatica',
  'fuori sede',
  'fuori ufficio',
  // Spanish, Catalan, Portuguese
  'respuesta automática',
  'fuera de la oficina',
  'fuera de oficina',
  'ausente de la oficina',
  'resposta automàtica',
  'resposta automática',
  'fora do escritório',
  'ausência temporária',
  'ausente do escritório',
  // Polish, Czech, Slovak, Slovenian, Croatian
  'odpowiedź automatyczna',
  'automatyczna odpowiedź',
  'poza biurem',
  'nieobecność w biurze',
  'automatická odpověď',
  'mimo kancelář',
  'automatická odpoveď',
  'mimo kancelárie',
  'samodejni odgovor',
  'odsoten iz pisarne',
  'automatski odgovor',
  'izvan ureda',
  // Hungarian, Romanian, Turkish, Greek
  'automatikus válasz',
  'házon kívül',
  'răspuns automat',
  'în afara biroului',
  'otomatik yanıt',
  'otomatik cevap',
  'ofis dışında',
  'αυτόματη απάντηση',
  'εκτός γραφείου',
  // Russian, Ukrainian, Bulgarian
  'автоматический ответ',
  'автоответ',
  'нет на месте',
  'автоматична відповідь',
  'автоматичен отговор',
  // Chinese, Japanese, Korean, Vietnamese
  '自动回复',
  '自動回覆',
  '自動回應',
  '不在办公室',
  '自動応答',
  '自動返信',
  '不在通知',
  '자동 회신',
  '자동 응답',
  '부재중',
  'trả lời tự động',
  // Arabic, Hebrew, Indonesian
  'رد تلقائي',
  'الرد التلقائي',
  'خارج المكتب',
  'תשובה אוטומטית',
  'מענה אוטומטי',
  'balasan otomatis',
];

export interface OutOfOfficeSubject {
  /**
   * The subject is a machine's mark with the subject of an answer or our own tag behind it, as in
   * "Automatic reply: Re: [#…] Lamp".
   */
  readonly isAnswer: boolean;
}

const answerMark =
  /^(?:re|aw|sv|vs|rv|antw|odp|ynt|回复|回覆|返信|رد)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]/iu;

/** Undefined when the subject does not begin as a vacation program's does. */
export function readOutOfOffice(subject: string): OutOfOfficeSubject | undefined {
  const plain = subject
    .slice(0, 500)
    .normalize('NFC')
    .replace(/[’ʼ`´]/g, "'")
    .replace(/\s+/gu, ' ')
    .replace(/^[\s[("„“«]+/u, '');
  const folded = plain.toLowerCase();
  const beginning = beginnings.find((each) => folded.startsWith(each));
  if (beginning === undefined || !endsWord(folded, beginning)) return undefined;
  const rest = /^[^:：]{0,40}[:：]\s*(.*)$/u.exec(plain)?.[1] ?? '';
  return { isAnswer: answerMark.test(rest) || /\[#[0-9]{14,20}\]/.test(rest) };
}

/** "Autosvar" is no beginning of "Autosvarsystem kaputt". */
function endsWord(text: string, beginning: string): boolean {
  const next = text.slice(beginning.length, beginning.length + 1);
  return next === '' || /[:：]$/.test(beginning) || /[^\p{L}\p{N}]/u.test(next) || isUnspaced(next);
}

/** Chinese, Japanese and Korean do not put a blank between words. */
function isUnspaced(letter: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letter);
}
