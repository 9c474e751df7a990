/**
 * The language of a mail, as a guess that people may correct.
 *
 * Owns: eld (statistics over letters, no service asked), loaded with the first mail because its tables take
 * a third of a second. Promises: total; a BCP 47 tag, or undefined when there is too little to go by.
 * Scripts and letters that one language has to itself decide without statistics.
 */
import { firstField, type Mail } from '../../core/message/mail.ts';

const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
];

/** Letters of one of two languages that the statistics take for each other in short texts. */
const telling: readonly (readonly [language: string, letters: RegExp])[] = [
  ['uk', /[іїєґ]/giu],
  ['ru', /[ыэъё]/giu],
];

/** Letters that Traditional Chinese has and Simplified Chinese writes otherwise. */
const traditional = /[們這個對來時會學國說請問開關臺灣帳號無法電話單費訂們員購題]/gu;

export interface LanguageGuess {
  readonly language: string;
  /** The mail says so itself, or its script or enough words do. */
  readonly isSure: boolean;
}

/** What the customer wrote before helps where the mail alone says too little. */
export function chooseLanguage(
  guess: LanguageGuess | undefined,
  earlier: string | undefined,
): string | undefined {
  return guess?.isSure === true ? guess.language : (earlier ?? guess?.language);
}

/** Statistics over fewer letters than these are often wrong. */
const fewLetters = 40;

export async function guessLanguage(mail: Mail): Promise<LanguageGuess | undefined> {
  const said = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.exec(
    firstField(mail, 'content-language')?.trim() ?? '',
  );
  if (said !== null) return { language: said[0], isSure: true };
  const sample = sampleOf(mail);
  const letters = count(sample, /\p{L}/gu);
  const language = await detectIn(sample, letters);
  if (language === undefined) return undefined;
  const isScripted = count(sample, /[^\p{Script=Latin}\P{L}]/gu) > 3;
  return { language, isSure: isScripted || letters >= fewLetters };
}

async function detectIn(sample: string, letters: number): Promise<string | undefined> {
  if (letters < 8 && !/[^\p{Script=Latin}\P{L}]/u.test(sample)) return undefined;
  const scripted = scripts.find(([, script]) => count(sample, script) * 4 > letters);
  if (scripted !== undefined) return scripted[0] === 'zh' ? chinese(sample) : scripted[0];
  const told = telling.find(([, signs]) => count(sample, signs) * 40 > letters);
  if (told !== undefined) return told[0];
  const { eld } = await import('eld/small');
  const guess = eld.detect(sample);
  return guess.language === '' ? undefined : guess.language;
}

const sampleLength = 300;

/** The writer's own words, without what has no language. */
function sampleOf({ subject, text }: Mail): string {
  const lines = text.slice(0, 4 * sampleLength).split('\n');
  const words = lines
    .filter((line) => !line.startsWith('>'))
    .join(' ')
    .replace(/\S*[@:/]\S*/g, ' ');
  return `${subject} ${words}`.slice(0, sampleLength);
}

function chinese(sample: string): string {
  return count(sample, traditional) > 1 ? 'zh-Hant' : 'zh-Hans';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
