/**
 * What mail programs say around the mail that they quote, in the languages of their users.
 *
 * Owns: the words. Promises: nothing but tables. Leaves to others: where such words count (attribution.ts, header-block.ts, signature.ts).
 */

/** "wrote", of languages that set spaces between words. */
// biome-ignore format: a list reads better in rows
export const wroteSpaced: readonly string[] = [
  'wrote', 'writes', 'has written', 'schrieben', 'schrieb', 'schreibt', 'geschrieben', 'a écrit', 'a ecrit', 'écrivait', 'écrit', 'escribió',
  'escribio', 'ha escrito', 'escreveu', 'ha scritto', 'scrisse', 'scriveva', 'schreef', 'heeft geschreven', 'het geskryf', 'skrev',
  'skreiv', 'kirjoitti', 'napisał(a)', 'napisała', 'napisał', 'pisze', 'napsal(a)', 'napsala', 'napsal', 'píše', 'napísal(a)',
  'napísal/a', 'napísala', 'napísal', 'ezt írta', 'írta', 'a scris', 'написа', 'έγραψε', 'έγραψαν', 'şunu yazdı', 'yazdı', 'пише',
  'написав', 'написала', 'писав', 'пишет', 'писали', 'писал', 'писала', 'написал(а)', 'написал', 'كتب', 'كتبت', 'رسالة', 'כתב/ה',
  'כתבה', 'כתב', 'מאת', 'نوشت', 'نوشته', 'ने लिखा', 'লিখেছেন', 'đã viết', 'viết', 'menulis', 'va escriure', 'ha escrit', 'escribiu',
  'napisao je', 'napisala je', 'je napisao/la', 'je napisao', 'je napisala', 'je napisal', 'napisal(a)', 'piše', 'написао је', 'је написао/ла',
  'је написао', 'је написала', 'напиша', 'kirjutas', 'rakstīja', 'rašė', 'parašė', 'skrifaði', 'idatzi du', 'shkroi',
];

/** The same where words stand close together. */
// biome-ignore format: a list reads better in rows
export const wroteClose: readonly string[] = [
  '写道', '寫道', '写到', '寫到', '编写', '編寫', '書きました', '書いた', 'のメール', 'のメッセージ', '作成しました', '작성', '썼습니다', '쓴 글', '보낸 메시지', 'เขียนว่า', 'เขียน',
];

/** First words of the line above a quotation, where it does not begin with the date itself. */
// biome-ignore format: a list reads better in rows
export const openers: readonly string[] = [
  'On', 'At', 'Am', 'Le', 'El', 'Il', 'In data', 'Op', 'Den', 'På', 'Em', 'No dia', 'A les', 'W dniu', 'Dnia', 'Dne', 'Dňa', 'V', 'Pe', 'În', 'La',
  'На', 'Στις', 'Στο', 'Την', 'Τη', 'في', 'بتاريخ', 'בתאריך', 'ב־', 'ב-', 'ביום', 'در', 'در تاریخ', 'เมื่อ', 'ใน', 'Vào', 'Vào ngày', 'Pada', 'Dana',
  'Дана', 'U', 'У', 'В', 'Kuupäeval', 'Þann', 'Op', 'Ar', '在', '于', '於', '于', 'Em', 'Missatge de', 'Quoting', 'Zitat von', 'Citando', 'Citando a', 'Quoting from',
  '---- On', '--- On', '--- Am', '---- Am',
];

/** "Quoting Kim:" says it without a verb of writing. */
export const quoting: readonly string[] = ['Quoting', 'Zitat von', 'Citando', 'Citat från'];

export type HeaderKind = 'from' | 'sent' | 'date' | 'to' | 'cc' | 'subject' | 'other';

/** The names of header fields as programs print them above the mail. */
// biome-ignore format: a list reads better in rows
export const headerNames: Readonly<Record<HeaderKind, readonly string[]>> = {
  from: [
    'From', 'Von', 'De', 'Da', 'Van', 'Från', 'Fra', 'Frá', 'Od', 'От', 'Від', 'Kimden', 'Gönderen', 'Lähettäjä', 'Feladó', 'De la', 'Από', 'من', 'المرسل',
    'מאת', 'از', 'फ़्रॉम', 'से', 'प्रेषक', 'จาก', 'Từ', 'Người gửi', 'Dari', 'Daripada', 'Expéditeur', 'Remetente', 'Mittente', 'Afzender', 'Absender',
    'Saatja', 'Kellelt', 'No', 'Nuo', 'Pošiljatelj', 'Pošiljalac', 'Шаље', 'Prejeto od', 'Odosielateľ', 'Avsender', 'Afsender', 'Avsändare', 'Nadawca', 'От кого',
    '发件人', '发信人', '寄件者', '寄件人', '差出人', '送信者', '보낸 사람', '보낸사람', '발신', 'Remitent',
  ],
  sent: [
    'Sent', 'Gesendet', 'Envoyé', 'Envoyé le', 'Enviado', 'Enviado el', 'Enviado em', 'Enviada em', 'Enviado a', 'Enviada', 'Inviato', 'Inviato il', 'Inviata',
    'Verzonden', 'Skickat', 'Sendt', 'Wysłano', 'Wysłane', 'Odesláno', 'Odoslané', 'Elküldve', 'Küldve', 'Trimis', 'Изпратено', 'Εστάλη', 'Στάλθηκε',
    'Gönderildi', 'Gönderme tarihi', 'Надіслано', 'Отправлено', 'Дата отправки', 'تم الإرسال', 'أرسلت', 'أُرسلت', 'تاريخ الإرسال', 'נשלח', 'נשלחה', 'ارسال', 'ارسال شده',
    'ارسال شد', 'भेजा गया', 'ส่ง', 'ส่งเมื่อ', 'Đã gửi', 'Dikirim', 'Terkirim', 'Dihantar', 'Enviat', 'Enviat el', 'Lähetetty', 'Poslano', 'Poslato', 'Послато', 'Saadetud',
    'Nosūtīts', 'Išsiųsta', 'Sent at', 'Sent on', '发送时间', '发送日期', '发送', '寄件日期', '傳送時間', '傳送日期', '送信日時', '送信日', '보낸 날짜', '보낸 시간', '보낸날짜',
  ],
  date: [
    'Date', 'Datum', 'Data', 'Fecha', 'Dato', 'Päiväys', 'Päivämäärä', 'Dátum', 'Dată', 'Дата', 'Датум', 'Ημερομηνία', 'Tarih', 'التاريخ', 'تاريخ', 'תאריך', 'تاریخ', 'दिनांक',
    'तारीख', 'तिथि', 'วันที่', 'Ngày', 'Tanggal', 'Tarikh', 'Kuupäev', 'Datums', 'Dags', '日期', '时间', '時間', '日付', '日時', '날짜',
  ],
  to: [
    'To', 'An', 'À', 'A', 'Para', 'Aan', 'Till', 'Til', 'Do', 'Komu', 'Pro', 'Címzett', 'Către', 'До', 'Кому', 'Προς', 'Kime', 'Alıcı', 'إلى', 'المستلم', 'אל', 'به', 'को', 'प्रति',
    'ถึง', 'Đến', 'Tới', 'Kepada', 'Ke', 'Per a', 'Per', 'Vastaanottaja', 'Prima', 'Прима', 'Za', 'Kellele', 'Saaja', 'Kam', 'Adresatas', 'Destinataire', 'Destinatário',
    'Empfänger', 'Destinatario', 'Mottagare', 'Ontvanger', 'Adresat', '收件人', '收件者', '宛先', '받는 사람', '받는사람', '수신',
  ],
  cc: [
    'Cc', 'Kopie', 'Copie', 'Copia', 'Copie à', 'Kopio', 'DW', 'Kopia', 'Másolatot kap', 'Másolat', 'Копия', 'Копие', 'Копія', 'Κοιν.', 'Κοιν', 'Κοινοποίηση', 'Bilgi', 'نسخة', 'עותק', 'رونوشت',
    'สำเนา', 'Tembusan', 'Cópia', 'Kopi', 'Koopia', 'Kopija', '抄送', '副本', '참조', 'Bcc',
  ],
  subject: [
    'Subject', 'Betreff', 'Thema', 'Betr', 'Betr.', 'Objet', 'Asunto', 'Oggetto', 'Ogg', 'Onderwerp', 'Betreft', 'Ämne', 'Emne', 'Efni', 'Assunto', 'Temat', 'Předmět', 'Predmet', 'Tárgy', 'Subiect', 'Относно', 'Тема',
    'Предмет', 'Θέμα', 'Konu', 'الموضوع', 'נושא', 'موضوع', 'विषय', 'เรื่อง', 'ชื่อเรื่อง', 'หัวเรื่อง', 'Chủ đề', 'Tiêu đề', 'Subjek', 'Perihal', 'Assumpte', 'Aihe', 'Zadeva', 'Naslov', 'Teema', 'Tēma',
    'Tema', '主题', '主旨', '主題', '件名', '題名', '제목',
  ],
  other: [
    'Reply-To', 'Reply to', 'Importance', 'Wichtigkeit', 'Priority', 'Priorität', 'Attachments', 'Anlagen', 'Antwort an', 'Message-ID', 'Organization', 'Importancia',
    'Pièces jointes', 'Répondre à', 'Bijlagen', 'Allegati', 'Priorité', 'Sensitivity', 'Categories', 'User-Agent', 'Newsgroups',
  ],
};

/** "Original message" and its kin, between dashes. */
// biome-ignore format: a list reads better in rows
export const originalTitles: readonly string[] = [
  'Original Message', 'Original message', 'Original Mail', 'Original Email', 'Original E-mail', 'Original', 'Original Appointment', 'Reply message', 'Ursprüngliche Nachricht',
  'Ursprüngliche Mail', 'Ursprüngliche E-Mail', 'Urspruengliche Nachricht', 'Originalnachricht', 'Original-Nachricht', 'Originale Nachricht', 'Originaltermin', 'Message d\'origine', 'Message d’origine', 'Message original',
  'Message initial', 'Mail original', 'Courriel original', 'E-mail d\'origine', 'Mensaje original', 'Mensaje Original', 'Correo original', 'Mensagem original', 'Mensagem Original', 'Mensagem anterior', 'Messaggio originale',
  'Messaggio Originale', 'Oorspronkelijk bericht', 'Origineel bericht', 'Ursprungligt meddelande', 'Originalmeddelande', 'Opprinnelig melding', 'Opprinnelig e-post', 'Oprindelig meddelelse', 'Oprindelig besked', 'Original besked', 'Originalmeddelelse',
  'Alkuperäinen viesti', 'Wiadomość oryginalna', 'Oryginalna wiadomość', 'Wiadomość pierwotna', 'Treść oryginalnej wiadomości', 'Původní zpráva', 'Původní e-mail', 'Pôvodná správa', 'Eredeti üzenet', 'Eredeti levél', 'Mesaj original', 'Mesajul original',
  'Оригинално съобщение', 'Αρχικό μήνυμα', 'Orijinal Mesaj', 'Orijinal İleti', 'Özgün İleti', 'Orjinal Mesaj', 'Исходное сообщение', 'Оригинальное сообщение', 'Исходное письмо', 'Оригінальне повідомлення', 'Вихідне повідомлення', 'الرسالة الأصلية', 'رسالة أصلية', 'הודעה מקורית',
  'ההודעה המקורית', 'پیام اصلی', 'پیغام اصلی', 'मूल संदेश', 'मूल मेसेज', 'ข้อความต้นฉบับ', 'ข้อความเดิม', 'Thư gốc', 'Tin nhắn gốc', 'Pesan Asli', 'Pesan asli', 'Mesej asal', 'Missatge original', 'Izvorna poruka', 'Originalna poruka', 'Оригинална порука', 'Izvirno sporočilo',
  'Algne sõnum', 'Algne kiri', 'Algsõnum', 'Sākotnējais ziņojums', 'Oriģinālais ziņojums', 'Pradinis laiškas', 'Originalus laiškas', 'Originalus pranešimas', '原始邮件', '原邮件', '原始郵件', '原始消息', '原始訊息', '元のメッセージ', '元のメール', 'オリジナルメッセージ', '원본 메시지', '원본 메일', '원본메시지',
  'Jatorrizko mezua', 'Mensaxe orixinal', 'Oorspronklike boodskap', 'Upprunaleg skilaboð',
];

/** "Forwarded message" and its kin, between dashes. */
// biome-ignore format: a list reads better in rows
export const forwardedTitles: readonly string[] = [
  'Forwarded message', 'Forwarded Message', 'Forwarded mail', 'Forwarded by', 'Forwarded email', 'Forwarded e-mail', 'Forward Message', 'Weitergeleitete Nachricht', 'Weitergeleitete Mail', 'Weitergeleitete E-Mail', 'Weitergeleitet von', 'Weitergeleitete Botschaft',
  'Message transféré', 'Message transmis', 'Mail transféré', 'Message réexpédié', 'Réexpédié par', 'Transféré par', 'Mensaje reenviado', 'Reenviado por', 'Correo reenviado', 'Messaggio inoltrato', 'Inoltrato da', 'Doorgestuurd bericht', 'Doorgezonden bericht',
  'Vidarebefordrat meddelande', 'Vidarebefordrat mejl', 'Vidarebefordrat brev', 'Videresendt melding', 'Videresendt e-post', 'Videresendt meddelelse', 'Videresendt besked', 'Mensagem encaminhada', 'Mensagem reencaminhada', 'Encaminhado por', 'Wiadomość przekazana dalej', 'Wiadomość przekazana', 'Przekazana wiadomość',
  'Treść przekazanej wiadomości', 'Přeposlaná zpráva', 'Přeposlaný e-mail', 'Preposlaná správa', 'Továbbított üzenet', 'Továbbított levél', 'Mesaj redirecționat', 'Mesaj redirectionat', 'Mesaj înaintat', 'Препратено съобщение', 'Προωθημένο μήνυμα', 'Yönlendirilmiş ileti', 'Yönlendirilmiş mesaj', 'İletilmiş Mesaj', 'İletilen mesaj',
  'Пересылаемое сообщение', 'Переадресованное сообщение', 'Пересланное сообщение', 'Пересылаемое письмо', 'Перенаправленное сообщение', 'Переслане повідомлення', 'Переадресоване повідомлення', 'Пересланий лист', 'رسالة معاد توجيهها', 'الرسالة المعاد توجيهها', 'رسالة محولة', 'رسالة مُعاد توجيهها', 'הודעה שהועברה', 'הודעה מועברת',
  'پیام هدایت‌شده', 'پیام هدایت شده', 'پیغام ارسال شده', 'پیام ارسال‌شده', 'फ़ॉरवर्ड किया गया संदेश', 'फॉरवर्ड किया गया संदेश', 'अग्रेषित संदेश', 'फ़ॉरवर्ड किया गया मैसेज', 'ข้อความที่ส่งต่อ', 'ส่งต่อข้อความ', 'Thư được chuyển tiếp', 'Thư đã chuyển tiếp', 'Tin nhắn được chuyển tiếp', 'Pesan yang diteruskan', 'Pesan diteruskan', 'Pesan terusan', 'Mesej dimajukan',
  'Missatge reenviat', 'Välitetty viesti', 'Edelleen lähetetty viesti', 'Välitetty sähköposti', 'Proslijeđena poruka', 'Prosleđena poruka', 'Прослеђена порука', 'Posredovano sporočilo', 'Edastatud kiri', 'Edastatud sõnum', 'Edasisaadetud kiri', 'Pārsūtīta ziņa', 'Pārsūtītais ziņojums', 'Pārsūtīta vēstule', 'Persiųstas laiškas', 'Persiųstas pranešimas',
  '转发的邮件', '转发邮件信息', '转发邮件', '转发的消息', '轉寄郵件', '轉寄的郵件', '轉寄訊息', '已轉寄郵件', '転送メッセージ', '転送されたメール', '転送されたメッセージ', '転送メール', '전달된 메일', '전달된 메시지', '전달된 이메일', '전달 메시지',
];

/** Whole lines with which a mail sent on begins, without dashes (Apple's Mail and others). */
// biome-ignore format: a list reads better in rows
export const forwardedLines: readonly string[] = [
  'Begin forwarded message', 'Anfang der weitergeleiteten Nachricht', 'Anfang der weitergeleiteten E-Mail', 'Début du message réexpédié', 'Début du message transféré', 'Inicio del mensaje reenviado', 'Inizio messaggio inoltrato', 'Inizio del messaggio inoltrato', 'Begin doorgestuurd bericht', 'Vidarebefordrat brev', 'Vidarebefordrat meddelande',
  'Börja vidarebefordrat meddelande', 'Start på videresendt besked', 'Start på videresendt meddelelse', 'Videresendt melding', 'Begynn videresendt melding', 'Start på videresendt melding', 'Início da mensagem reencaminhada', 'Início da mensagem encaminhada', 'Início da mensagem encaminhada', 'Początek przekazywanej wiadomości', 'Początek przekazanej wiadomości', 'Начало переадресованного сообщения', 'Начало пересылаемого сообщения',
  'Початок листа, що пересилається', 'Початок переадресованого повідомлення', 'Початок пересланого листа', 'İletilen ileti başlangıcı', 'İleti başlangıcı', 'Välitetty viesti alkaa', 'Edelleenlähetetty viesti alkaa', '転送されたメッセージ', '以下是转发的邮件', '开始转发邮件', '下面是被转发的邮件', '以下是轉寄的郵件', '開始轉寄郵件', '轉寄訊息開始', '전달된 메시지 시작', '전달된 메시지', 'بدء الرسالة المعاد توجيهها', 'بداية الرسالة المعاد توجيهها', 'بداية الرسالة المعاد إرسالها', 'תחילת ההודעה שהועברה', 'תחילת ההודעה המועברת',
  'Inici del missatge reenviat', 'Začátek přeposílané zprávy', 'Začátek přeposlané zprávy', 'Začiatok preposlanej správy', 'Továbbított levél kezdete', 'Továbbított üzenet kezdete', 'Începutul mesajului redirecționat', 'Începe mesajul redirecționat', 'Αρχή προωθημένου μηνύματος', 'Έναρξη προωθημένου μηνύματος', 'เริ่มข้อความที่ส่งต่อ', 'เริ่มต้นข้อความที่ส่งต่อ', 'Bắt đầu thư được chuyển tiếp', 'Bắt đầu thư chuyển tiếp', 'Mulai pesan yang diteruskan', 'Awal pesan yang diteruskan', 'Započni proslijeđenu poruku', 'Početak proslijeđene poruke', 'फ़ॉरवर्ड किया गया संदेश आरंभ करें', 'फ़ॉरवर्ड किया गया संदेश',
  'Início da mensagem', 'Forwarded message', 'Weitergeleitete Nachricht',
];

/** "End of the forwarded message", between dashes. */
// biome-ignore format: a list reads better in rows
export const endWords: readonly string[] = [
  'End', 'Ende', 'Fin', 'Fine', 'Fim', 'Final', 'Einde', 'Slut', 'Slutt', 'Koniec', 'Konec', 'Vége', 'Sfârșitul', 'Край', 'Τέλος', 'Конец', 'Кінець', 'نهاية', 'סוף', 'Loppu', 'Kraj', '结束', '結束', '終わり', '끝',
];

/** Marks above which a program asks to write: ours, and those of other help desks. */
export const replyMarks: readonly RegExp[] = [
  /--=\[ [0-9]{14,20} \]=--/,
  /^\s*#{1,3}\s?[-=]\s?.{5,200}[-=]\s?#{1,3}\s*$/u,
  /^\s*[-=—]{2,6}\s?(?:Please )?(?:reply|type your reply) above (?:this|the) line\b.{0,80}$/i,
];
