/**
 * The language of a mail, as a guess that people may correct.
 *
 * Owns: tinyld (statistics over letters, no service asked). Promises: total; a BCP 47 tag, or undefined
 * when there is too little to go by. Scripts that one language has to itself decide without statistics.
 */
import { detect } from 'tinyld';
import { firstField, type Mail } from '../../core/message/mail.ts';

const statistical = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ru', 'uk', 'tr', 'fi', 'sv', 'da', 'cs', 'hu', 'ro', 'ar', 'fa'];

const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
];

/** Letters that Traditional Chinese has and Simplified Chinese writes otherwise. */
const traditional = /[們這個對來時會學國說請問開關臺灣帳號無法電話單費訂們員購題]/gu;

export function detectLanguage(mail: Mail): string | undefined {
  const said = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.exec(firstField(mail, 'content-language')?.trim() ?? '');
  if (said !== null) return said[0];
  const sample = `${mail.subject}\n${mail.text}`.replace(/^>.*$/gm, '').replace(/\S+@\S+|https?:\S+/g, ' ').slice(0, 1000);
  const letters = count(sample, /\p{L}/gu);
  if (letters < 8 && !/[^\p{Script=Latin}\P{L}]/u.test(sample)) return undefined;
  const scripted = scripts.find(([, script]) => count(sample, script) * 4 > letters);
  if (scripted !== undefined) return scripted[0] === 'zh' ? chinese(sample) : scripted[0];
  const guess = detect(sample.slice(0, 300), { only: statistical });
  return guess === '' ? undefined : guess;
}

function chinese(sample: string): string {
  return count(sample, traditional) > 1 ? 'zh-Hant' : 'zh-Hans';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
