/**
 * What stands below a mail without being a word to its reader: lines of telephones, closing formulas, notes of lawyers.
 *
 * Owns: the words and patterns. Promises: each pattern is linear on a line of bounded length.
 */

// biome-ignore format: one language a row
const devicePhrases: readonly string[] = [
  'sent (?:from|via|by|with|using) (?:my|the|an?|outlook|mail|yahoo|samsung|huawei|blackberry|aol|proton|nine|k-9|gmail|windows|type|newton|spark|airmail|fastmail|tutanota|workspace|xperia|galaxy|iphone|ipad|android|mobile)',
  '(?:von|aus|mit|ab) (?:meine[mrs]?|der|dem) .{2,60} (?:gesendet|geschickt|versendet|verschickt)',
  '(?:gesendet|geschickt|verschickt|versendet|diese nachricht wurde) (?:von|mit|über|aus|via) (?:meine[mrs]?|outlook|mail|yahoo|der|dem|samsung|unterwegs|mobil|iphone|gmx|web\\.de|telekom|android)',
  'envoyé (?:de|depuis|à partir de|avec) (?:mon|ma|l\'|l’|outlook|mail|yahoo|un|la|courrier)',
  'provenance : courrier pour windows',
  'enviado (?:desde|do|de|a partir do|pelo|com|con) (?:mi|meu|el|o|outlook|correo|mail|yahoo|um|un|samsung|email)',
  'enviat (?:des d[e\'’]|amb) ?(?:el|la|l[\'’]|meu|outlook|iphone)',
  'inviato (?:da|dal|con|tramite) (?:mio|iphone|ipad|outlook|posta|mail|yahoo|libero|samsung|il|smartphone|android)',
  'verzonden (?:vanaf|met|via|vanuit|door) (?:mijn|outlook|mail|yahoo|een|samsung)',
  'verstuurd (?:vanaf|met|via|vanuit) (?:mijn|outlook|mail|een)',
  'skickat (?:från|med) (?:min|mitt|outlook|e-post|mail|en)',
  'sendt (?:fra|med|via) (?:min|mit|mitt|outlook|mail|e-post|en)',
  'lähetetty (?:iphone|ipad|android|puhelimesta|samsung|laitteesta|outlook|omasta|sähköposti)',
  'wysłan[eoay] (?:z|za pomocą|przy użyciu) (?:iphone|ipad|mojego|mojej|telefonu|urządzenia|aplikacji|outlook|programu|samsung|poczty|smartfona)',
  'odesláno z(?:e| mého| aplikace|) ?(?:iphon|ipad|mobilu|telefonu|outlook|mého|aplikace|pošty|samsung|chytrého)',
  'odoslané z(?:o| môjho| aplikácie|) ?(?:iphon|ipad|mobilu|telefónu|outlook|môjho|aplikácie|zariadenia|pošty)',
  '(?:iphone|ipad|android|telefon|outlook|okostelefon)\\S{0,12} küldve',
  'trimis (?:de pe|din|de la|cu) (?:iphone|ipad|telefonul|outlook|mail|dispozitivul|my|android)',
  'изпратено от (?:моя|моето|iphone|ipad|outlook|поща|android)',
  '(?:στάλθηκε|εστάλη|απεστάλη) από (?:το|τη|iphone|ipad|outlook)',
  '(?:iphone|ipad|android|telefon|outlook|cihaz)\\S{0,14} gönderildi',
  'отправлено (?:с|из|от|через|при помощи) (?:моего|мобильн|iphone|ipad|outlook|почты|яндекс|mail|смартфон|телефон|samsung|приложения|android)',
  'надіслано (?:з|із|за допомогою|від|через) (?:мого|моєї|iphone|ipad|outlook|пошти|телефон|android|мобільн|смартфон|застосунку)',
  '(?:أُرسلت|أرسلت|تم الإرسال|مرسل|أرسل) (?:من|عبر|بواسطة) .{2,50}',
  '(?:נשלח|נשלחה) (?:מה|מ-|מ־|מאת|באמצעות|מ).{2,50}',
  '(?:ارسال شده|فرستاده شده|ارسال‌شده) (?:از|با) .{2,50}',
  'đã gửi từ .{2,50}', 'được gửi từ .{2,50}', 'gửi từ (?:iphone|ipad|điện thoại|android|thiết bị|outlook).{0,50}',
  '(?:dikirim|terkirim) dari (?:iphone|ipad|ponsel|android|outlook|yahoo|perangkat|hp|samsung)',
  'poslano (?:z|s|iz|sa|pomoću) (?:mojega|mojeg|moje|mog|svog|iphone|ipad|outlook|telefona|pametnog|android|mobitela|mobilnega)',
  'poslato (?:sa|iz|pomoću) (?:mog|mojeg|iphone|ipad|outlook|telefona|android)',
  'послато са .{2,40}',
  'saadetud (?:minu|iphone|ipad|outlook|telefonist|nutitelefonist|android).{0,40}',
  'nosūtīts no .{2,40}', 'išsiųsta iš .{2,40}',
  'get (?:the )?outlook for', 'holen sie sich outlook für', 'outlook für (?:ios|android) (?:beziehen|herunterladen)', 'obtenir outlook pour', 'obtén outlook para', 'obtener outlook para', 'obter o? ?outlook para', 'scarica outlook per', 'ottieni outlook per', 'outlook voor (?:ios|android) downloaden', 'download outlook voor', 'hämta outlook för', 'hent outlook (?:til|for)', 'hanki outlook', 'pobierz (?:aplikację )?outlook', 'získat outlook', 'скачать outlook', 'отримати outlook', 'outlook (?:android|ios) 版を', '获取 ?outlook', '取得 ?outlook',
  'diese nachricht wurde von meinem .{2,60} (?:gesendet|geschickt)', 'this (?:message|mail|email) was sent from my', 'von unterwegs gesendet', 'mobil gesendet', 'sent on the go',
];

/** Where words stand close together, anywhere in a short line. */
const deviceClose =
  /^(?:(?:从|從|由)我的?.{1,30}(?:发送|發送|傳送|寄出|发出)|(?:发自|發自|來自|来自)我?的?.{1,30}|(?:傳送自|寄件自|寄自)我?的? ?.{1,30}|.{0,20}(?:iPhone|iPad|Android|携帯|スマートフォン|スマホ|Galaxy|Xperia|Yahoo!?メール).{0,20}(?:から送信|より送信|で送信).{0,10}|(?:나의|내)? ?.{0,30}(?:에서 보냄|에서 전송|에서 보낸 메일.{0,6}|에서 보냈습니다)\.?|ส่งจาก.{1,40}|मेरे .{1,40}(?:से भेजा गया|से भेजा)|.{1,30}से भेजा गया)$/iu;

const deviceSpaced = new RegExp(`^(?:${devicePhrases.join('|')})`, 'iu');

/** A whole line that a program set below the mail by itself. */
export function isDeviceLine(line: string): boolean {
  const text = line.trim().replace(/^[*_\-–—\s]{1,6}|[*_]{1,3}$/gu, '');
  return (
    text.length > 0 && text.length < 220 && (deviceSpaced.test(text) || deviceClose.test(text))
  );
}

// biome-ignore format: one language a row
const closings: readonly string[] = [
  'kind regards', 'best regards', 'regards', 'warm regards', 'many thanks', 'thanks and regards', 'yours sincerely', 'yours faithfully', 'yours truly', 'sincerely', 'sincerely yours', 'best wishes', 'with kind regards', 'with best regards', 'cheers', 'best', 'thanks', 'thank you', 'kindest regards', 'respectfully',
  'mit freundlichen grüßen', 'mit freundlichen grüssen', 'mit freundlichem gruß', 'mit freundlichem gruss', 'freundliche grüße', 'freundliche grüsse', 'viele grüße', 'viele grüsse', 'beste grüße', 'beste grüsse', 'liebe grüße', 'schöne grüße', 'herzliche grüße', 'freundlicher gruß', 'mit besten grüßen', 'mit besten grüssen', 'hochachtungsvoll', 'mfg', 'vg', 'lg', 'gruß', 'grüße', 'beste grüsse aus',
  'cordialement', 'bien cordialement', 'bien à vous', 'salutations', 'meilleures salutations', 'sincères salutations', 'cordiales salutations', 'bonne journée', 'bonne réception', 'avec mes meilleures salutations',
  'saludos', 'un saludo', 'saludos cordiales', 'un cordial saludo', 'atentamente', 'cordialmente', 'muchas gracias', 'atte', 'atte.', 'reciba un cordial saludo',
  'cordiali saluti', 'distinti saluti', 'saluti', 'un cordiale saluto', 'grazie', 'grazie e saluti', 'cordialità', 'in fede',
  'met vriendelijke groet', 'met vriendelijke groeten', 'vriendelijke groet', 'vriendelijke groeten', 'hartelijke groet', 'groeten', 'groet', 'mvg', 'hoogachtend',
  'atenciosamente', 'cumprimentos', 'com os melhores cumprimentos', 'melhores cumprimentos', 'obrigado', 'obrigada', 'abraços', 'att', 'att.', 'grato', 'respeitosamente',
  'med vänlig hälsning', 'med vänliga hälsningar', 'vänliga hälsningar', 'hälsningar', 'mvh', 'bästa hälsningar', 'med venlig hilsen', 'venlig hilsen', 'de bedste hilsner', 'mange hilsner', 'med vennlig hilsen', 'vennlig hilsen', 'hilsen',
  'ystävällisin terveisin', 'terveisin', 'parhain terveisin', 'kunnioittaen',
  'z poważaniem', 'pozdrawiam', 'z pozdrowieniami', 's pozdravem', 's přátelským pozdravem', 'děkuji', 's pozdravom', 'üdvözlettel', 'tisztelettel', 'köszönettel', 'cu stimă', 'cu respect', 'o zi bună', 'поздрави', 'с уважение', 'με εκτίμηση', 'saygılarımla', 'saygılarımızla', 'iyi çalışmalar',
  'с уважением', 'с наилучшими пожеланиями', 'з повагою', 's poštovanjem', 'srdačan pozdrav', 'lep pozdrav', 'lp', 'с поштовањем', 'lugupidamisega', 'parimate soovidega', 'ar cieņu', 'pagarbiai', 'salutacions', 'cordialment', 'atentament',
  'مع تحياتي', 'تحياتي', 'مع خالص التحية', 'مع أطيب التحيات', 'בברכה', 'בכבוד רב', 'با احترام', 'با تشکر', 'सादर', 'धन्यवाद', 'ขอแสดงความนับถือ', 'ด้วยความเคารพ', 'trân trọng', 'hormat saya', 'salam', 'hormat kami',
  '此致', '敬礼', '此致敬礼', '祝好', '谢谢', '敬祝', '順頌商祺', '以上', 'よろしくお願いいたします', 'よろしくお願い致します', '何卒よろしくお願い申し上げます', '감사합니다', '감사드립니다',
];

const closingLines = new Set(closings);

/** The whole line says goodbye. */
export function isClosing(line: string): boolean {
  if (line.length > 80) return false;
  const text = line
    .trim()
    .toLowerCase()
    .replace(/[\s,.!，。！、;*_]{1,8}$/u, '')
    .replace(/^[*_]{1,3}/u, '');
  return closingLines.has(text) || closingLines.has(`${text}.`);
}

/** A number of a telephone, an address of a page or of a person, what a register says of a company, a logo. */
const contact =
  /(?:^|[\s|(/])(?:tel|telefon|telefono|teléfono|téléphone|tél|phone|mobile?|mob|handy|fax|telefax|cell|gsm|büro|direct|durchwahl|тел|телефон|моб|电话|電話|手机|传真|전화|팩스|טלפון|هاتف|جوال|m|t|f|p|d)\.?\s?[.:：)]\s{0,3}[+(\d]|\+\d[\d\s()/.-]{6,22}\d|https?:\/\/|\bwww\.|[\w.+-]{1,64}@[\w-]{1,63}\.\w|\b(?:HRB|HRA|USt-?Id|SIRET|RCS|KvK|CVR|VAT(?: no)?|P\.? ?IVA|Amtsgericht|Handelsregister|Geschäftsführ(?:er|ung|erin)|Registered (?:office|in)|Company (?:no|number))\b|\[cid:[^\]]{1,200}\]|〒\d{3}/iu;

export function isContactLine(line: string): boolean {
  return line.length <= 300 && contact.test(line);
}

// Each names the mail and says of it that it is not for everybody, or is a note that programs set below.
// biome-ignore format: one language a row
const disclaimers: readonly RegExp[] = [
  /\b(?:e-?mail|message|communication|transmission|information contained)\b.{0,600}\b(?:confidential|privileged|intended (?:only|solely|exclusively)|intended recipient|addressee)/isu,
  /\b(?:confidentiality (?:notice|note)|legal (?:notice|disclaimer)|disclaimer)\b.{0,400}\b(?:e-?mail|message|recipient)/isu,
  /(?:e-?mail|mail|nachricht).{0,600}(?:vertraulich|irrtümlich|nicht der richtige adressat|ausschließlich für (?:den|die)|rechtlich geschützt)/isu,
  /(?:message|courriel|e-?mail|courrier).{0,600}(?:confidentiel|destinataire|exclusif)/isu,
  /(?:mensaje|correo|e-?mail).{0,600}(?:confidencial|destinatari|privilegiad)/isu,
  /(?:mensagem|e-?mail).{0,600}(?:confidencia|destinat[áa]ri|privilegiad)/isu,
  /(?:messaggio|e-?mail|comunicazione).{0,600}(?:riservat|confidenzial|destinatari)/isu,
  /(?:bericht|e-?mail).{0,600}(?:vertrouwelijk|geadresseerde|uitsluitend bestemd)/isu,
  /(?:meddelande|e-?post|meddelelse|e-?mail|mail|melding).{0,600}(?:konfidentiel|fortrolig|sekretess|avsedd(?:a|) (?:endast|enbart)|taushets)/isu,
  /(?:viesti|sähköposti).{0,600}(?:luottamuksel|tarkoitettu (?:vain|ainoastaan))/isu,
  /(?:wiadomość|e-?mail).{0,600}(?:poufn|wyłącznie (?:do|dla))/isu,
  /(?:zpráv|správ|e-?mail).{0,600}(?:důvěrn|dôvern|určen[aáéý]? (?:pouze|výhradně|len))/isu,
  /(?:üzenet|e-?mail|levél).{0,600}(?:bizalmas|kizárólag)/isu,
  /(?:mesaj|e-?mail|ileti|e-?posta).{0,600}(?:confidenţial|confidențial|destinatar|gizli|yalnızca)/isu,
  /(?:сообщени|письм|повідомлен|лист|съобщени).{0,600}(?:конфиденциальн|конфіденційн|поверителн|предназначен[оа]? (?:только|исключительно)|призначен)/isu,
  /(?:μήνυμα|e-?mail).{0,600}(?:εμπιστευτικ|απόρρητ)/isu,
  /(?:رسال|البريد).{0,600}(?:سري|المرسل إليه)/isu, /(?:הודע|דוא"ל|דוא״ל).{0,600}(?:חסוי|סודי|לנמען)/isu,
  /(?:邮件|郵件|電子郵件).{0,300}(?:保密|机密|機密|收件人)/su, /(?:メール|電子メール).{0,300}(?:機密|宛先|誤って|名宛人)/su, /(?:메일|메시지).{0,300}(?:기밀|수신자|수신인)/su,
];

const footnotes =
  /^[\s*_>-]{0,6}(?:(?:please )?(?:consider|think of) the environment before|think before you print|save a tree|bitte (?:prüfen|denken|überlegen) sie.{0,60}(?:ausdruck|umwelt|drucken)|denken sie an die umwelt|pensez à l[’']environnement|n[’']imprimez ce|antes de imprimir|prima di stampare|virus-free\b|virenfrei\b|libre de virus|this email has been (?:checked|scanned)|diese e-?mail wurde (?:von|auf) .{0,60}(?:virus|viren|avast)|you received this message because you are subscribed|to unsubscribe from this (?:group|list)|.{2,80}-?mailing list$|.{0,40}scanned by .{2,40}(?:antivirus|mailscanner))/iu;

const longestParagraph = 6000;

/** A note that a lawyer or a program had set below every mail of its house. */
export function isDisclaimer(paragraph: string): boolean {
  if (footnotes.test(paragraph.slice(0, 400))) return true;
  const text = paragraph.slice(0, longestParagraph);
  return text.length >= 90 && disclaimers.some((pattern) => pattern.test(text));
}
