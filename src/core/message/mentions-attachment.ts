/**
 * Whether a text says that something is attached to it.
 *
 * Promises: pure, in time proportional to the length; what the writer only quotes, the signature, and addresses of pages do
 * not count. Knows the common words of the languages below, all at once, for people mix them; it may miss a phrase, and a word
 * may be meant otherwise: so it is worth a question, never a refusal.
 */
import { ownText } from './quotes/divide.ts';

/** Beginnings of words are enough in languages that bend their ends; whole words where they would catch others. */
const words: Readonly<Record<string, readonly string[]>> = {
  en: ['attached', 'attachment', 'attachments', 'attaching', 'enclosed', 'i attach', 'we attach'],
  de: [
    'anhang',
    'angehängt',
    'angehaengt',
    'anbei',
    'anlage',
    'anlagen',
    'beigefügt',
    'beigefuegt',
    'im anhang',
    'hänge ich',
    'füge ich',
    'beiliegend',
  ],
  fr: [
    'ci-joint',
    'ci-jointe',
    'ci-joints',
    'ci-jointes',
    'pièce jointe',
    'pièces jointes',
    'piece jointe',
    'en annexe',
    'je joins',
    'nous joignons',
  ],
  it: ['in allegato', 'allegato', 'allegata', 'allegati', 'allegate', 'allego', 'alleghiamo'],
  es: ['adjunto', 'adjunta', 'adjuntos', 'adjuntas', 'adjuntamos', 'archivo adjunto'],
  pt: [
    'em anexo',
    'anexo',
    'anexos',
    'anexado',
    'anexada',
    'anexamos',
    'segue anexo',
    'segue em anexo',
  ],
  nl: ['bijlage', 'bijlagen', 'bijgevoegd', 'bijgevoegde', 'bijgesloten', 'als bijlage'],
  pl: [
    'załącznik*',
    'w załączeniu',
    'załączam',
    'załączamy',
    'załączon*',
    'zalacznik*',
    'w zalaczeniu',
  ],
  ru: ['во вложении', 'вложени*', 'прилага*', 'прилож*', 'прикрепл*', 'прикрепил*'],
  uk: ['у вкладенні', 'вкладенн*', 'додаю файл', 'у додатку', 'долуча*', 'прикріпл*', 'прикріпи*'],
  tr: ['ekte', 'ektedir', 'ekteki', 'ekli', 'eklidir', 'ilişikte', 'ekte gönder*'],
  ja: ['添付', '同封'],
  ko: ['첨부', '동봉'],
  zh: ['附件', '附上', '随附', '隨附', '附档', '附檔', '见附', '見附'],
  fi: [
    'liite',
    'liitteenä',
    'liitteessä',
    'liitteet',
    'ohessa',
    'oheisena',
    'liitän',
    'liitetiedosto*',
  ],
  ar: [
    'مرفق',
    'مرفقة',
    'المرفق',
    'المرفقة',
    'المرفقات',
    'مرفقات',
    'مرفقًا',
    'أرفقت',
    'نرفق',
    'أرفق',
    'بالمرفق',
  ],
  fa: ['پیوست', 'ضمیمه', 'پیوست‌شده', 'به پیوست'],
  he: [
    'מצורף',
    'מצורפת',
    'מצורפים',
    'מצורפות',
    'המצורף',
    'המצורפת',
    'בצרופה',
    'צירפתי',
    'מצרף',
    'מצרפת',
  ],
  hi: ['संलग्न', 'अटैच*', 'अनुलग्नक'],
};

export const attachmentLanguages: readonly string[] = Object.keys(words);

/** Scripts without spaces between words: a word stands anywhere. */
const unspaced = new Set(['ja', 'ko', 'zh']);

const mentions: readonly RegExp[] = Object.entries(words).map(([language, list]) =>
  toPattern(list, unspaced.has(language)),
);

function toPattern(list: readonly string[], anywhere: boolean): RegExp {
  const parts = list.map((word) =>
    word
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\*$/, '\\p{L}{0,15}')
      .replace(/ /g, '\\s{1,4}'),
  );
  const any = `(?:${parts.join('|')})`;
  return new RegExp(
    anywhere ? any : `(?<![\\p{L}\\p{M}\\p{N}])${any}(?![\\p{L}\\p{M}\\p{N}])`,
    'iu',
  );
}

const longest = 200_000;

export function mentionsAttachment(text: string): boolean {
  const own = ownWords(text.slice(0, longest));
  return mentions.some((pattern) => pattern.test(own));
}

/** Without quotation, signature, forwarded mail and addresses of pages. */
function ownWords(text: string): string {
  return ownText(text.normalize('NFC')).replace(/\bhttps?:\/\/\S+/gi, ' ');
}
