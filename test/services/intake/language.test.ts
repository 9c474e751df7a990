import { expect, it } from 'vitest';
import { guessLanguage } from '../../../src/services/intake/language.ts';
import { decodeMail } from '../../../src/storage/codec.ts';

async function detect(text: string, header = '') {
  const { mail } = await decodeMail(
    Buffer.from(`${header}Content-Type: text/plain; charset=utf-8\n\n${text}\n`),
  );
  return (await guessLanguage(mail))?.language;
}

it.each([
  ['en', 'Hello, I cannot log in to my account since yesterday.'],
  ['de', 'Guten Tag, meine Rechnung wurde doppelt abgebucht.'],
  ['fr', 'Bonjour, je ne peux pas me connecter à mon compte.'],
  ['es', 'Buenas tardes: quiero cambiar el titular de la cuenta.'],
  ['it', 'Buongiorno, non riesco ad accedere al mio conto.'],
  ['pl', 'Dzień dobry, mam problem z logowaniem do konta.'],
  ['tr', 'Merhaba, hesabıma giremiyorum, lütfen yardım edin.'],
  ['fi', 'Hei! Kiitos nopeasta vastauksesta, odotan laskua.'],
  ['ru', 'Здравствуйте! Третий день не приходит письмо, где мы его ждём?'],
  ['uk', 'Привіт, мені не приходить лист із підтвердженням.'],
  ['el', 'Καλημέρα, δεν μπορώ να συνδεθώ στον λογαριασμό μου.'],
  ['ar', 'مرحبا، لا أستطيع الدخول إلى حسابي منذ أمس.'],
  ['he', 'שלום, אני לא מצליח להיכנס לחשבון שלי.'],
  ['ja', 'お世話になっております。ログインできません。'],
  ['ko', '안녕하세요. 로그인이 되지 않습니다.'],
  ['zh-Hans', '您好，上周开具的发票抬头需要修改。'],
  ['zh-Hant', '您好，我們無法登入帳號，請協助。'],
  ['th', 'สวัสดีครับ ผมเข้าสู่ระบบไม่ได้'],
  ['hi', 'नमस्ते, मैं लॉग इन नहीं कर पा रहा हूँ।'],
])('guessLanguage takes a text in %s for what it is', async (language, text) => {
  expect(await detect(text)).toBe(language);
});

it('guessLanguage believes Content-Language before its own guess', async () => {
  expect(await detect('Guten Tag, meine Rechnung fehlt.', 'Content-Language: nl\n')).toBe('nl');
});

it('guessLanguage says nothing of a text that is too short', async () => {
  expect(await detect('ok')).toBeUndefined();
});
