/**
 * Mails in which a fax server or a telephone system hands over a fax or a message that somebody spoke.
 *
 * Owns: the shapes of their subjects and headers. Promises: pure and total. That a mail looks like one proves nothing: anybody
 * can write such a subject; whoever asks must know that it came from the gateway.
 * Leaves to others: which gateways are believed (services/intake/gateways.ts), whose number it is.
 */
import { firstField, type Mail } from '../message/mail.ts';
import { type Country, type PhoneNumber, parsePhone } from './phone-number.ts';

export interface GatewayMail {
  readonly kind: 'fax' | 'recording';
  /** Undefined where the caller hides it, or the mail does not say it. */
  readonly number: PhoneNumber | undefined;
  /** Name of the shape: `sipgate`. */
  readonly shape: string;
}

type Looked = Pick<Mail, 'subject' | 'from' | 'fields' | 'attachments' | 'text'>;

interface Shape {
  readonly name: string;
  readonly kind: GatewayMail['kind'];
  /** Fields whose presence is enough; the first also holds the number where `number` says so. */
  readonly fields?: readonly string[];
  readonly subject?: RegExp;
  /** Field that holds the number. */
  readonly number?: string;
}

const digits = '(?<number>[+(]?[0-9][0-9 ()/.-]+[0-9])';

/** What says the one thing in many languages; a number behind it is the caller's. */
const voiceWords =
  'voice ?mail|voice message|sprachnachricht|mailbox-nachricht|anrufbeantworter|nachricht auf (?:dem|der)|message vocal|messagerie vocale|buz[oó]n de voz|mensaje de voz|messaggio vocale|segreteria|mensagem de voz|correio de voz|voicemailbericht|voicemail-bericht|poczta głosowa|röstmeddelande|telefonsvarer|hlasová zpráva|голосов\\S+ сообщени|ボイスメール|留守番電話|음성 ?메시지|语音(?:邮件|留言)|語音(?:郵件|留言)|رسالة صوتية';
/** Behind a letter the first three are part of another word; scripts without blanks have no such border. */
const faxWords =
  '(?<!\\p{L})(?:tele)?fax|(?<!\\p{L})télécopie|(?<!\\p{L})facsimile|факс|ファックス|ファクス|팩스|传真|傳真|فاكس';

const shapes: readonly Shape[] = [
  // Exchange Unified Messaging marks both, and has the number in a header of its own.
  {
    name: 'exchange',
    kind: 'fax',
    fields: ['x-faxnumberofpages'],
    number: 'x-callingtelephonenumber',
  },
  {
    name: 'exchange',
    kind: 'recording',
    fields: ['x-callingtelephonenumber', 'x-voicemessageduration'],
    number: 'x-callingtelephonenumber',
  },
  {
    name: 'asterisk',
    kind: 'recording',
    fields: ['x-asterisk-callerid'],
    number: 'x-asterisk-callerid',
  },
  {
    name: 'hylafax',
    kind: 'fax',
    fields: ['x-hylafax-sender', 'x-fax-callid'],
    number: 'x-fax-callid',
  },
  {
    name: 'hylafax',
    kind: 'fax',
    subject: new RegExp(`^(?:facsimile received|fax received) from:? *\\W?${digits}`, 'iu'),
  },
  {
    name: 'fritzbox',
    kind: 'fax',
    subject: new RegExp(
      `^(?:\\[?fritz!?box\\]?\\W+)?(?:faxempfang|telefax|fax) (?:von|from) ${digits}`,
      'iu',
    ),
  },
  {
    name: 'fritzbox',
    kind: 'recording',
    subject: new RegExp(
      `^(?:\\[?fritz!?box\\]?\\W+)?(?:anruf|anrufbeantworter|nachricht) (?:von|from) ${digits}`,
      'iu',
    ),
  },
  {
    name: 'asterisk',
    kind: 'recording',
    subject: new RegExp(
      `^\\[?(?:pbx|freepbx)\\]?\\W+new message [0-9]+ in mailbox [0-9]+ from .*?${digits}`,
      'iu',
    ),
  },
  {
    name: 'ringcentral',
    kind: 'fax',
    subject: new RegExp(`^new fax message from ${digits}`, 'iu'),
  },
  {
    name: 'ringcentral',
    kind: 'recording',
    subject: new RegExp(`^new voice message from .*?${digits}`, 'iu'),
  },
  {
    name: 'efax',
    kind: 'fax',
    subject: new RegExp(`^efax(?: message)? from ["“]?[^0-9+]*${digits}`, 'iu'),
  },
  {
    name: 'sipgate',
    kind: 'fax',
    subject: new RegExp(`^(?:neues?|new) (?:fax|telefax) (?:von|from) ${digits}`, 'iu'),
  },
  {
    name: 'sipgate',
    kind: 'recording',
    subject: new RegExp(
      `^(?:neue|new) (?:voicemail|sprachnachricht|voice message) (?:von|from) ${digits}`,
      'iu',
    ),
  },
  {
    name: 'placetel',
    kind: 'fax',
    subject: new RegExp(
      `^(?:faxeingang|eingehendes fax|incoming fax)\\W+(?:von|from)? *${digits}`,
      'iu',
    ),
  },
  {
    name: 'placetel',
    kind: 'recording',
    subject: new RegExp(
      `^(?:neue nachricht auf (?:ihrer|deiner) (?:mailbox|voicemail)|verpasster anruf|missed call).*?${digits}`,
      'iu',
    ),
  },
  {
    name: 'generic',
    kind: 'recording',
    subject: new RegExp(`(?:${voiceWords})(?:[^0-9+]*${digits})?`, 'iu'),
  },
  {
    name: 'generic',
    kind: 'fax',
    subject: new RegExp(`(?:${faxWords})(?:[^0-9+]*${digits})?`, 'iu'),
  },
];

/** What a gateway says of a fax that went out is no fax that came. */
const reports =
  /\b(?:sendebericht|sendeprotokoll|faxbericht|fax ?versand|versendet|gesendet|transmission|delivery|delivered|was sent|successfully|failed|fehlgeschlagen|zugestellt|rapport d.envoi)\b/iu;

/** Subjects are looked at up to here. */
const mostSubject = 400;

/** `kind` beats what the subject says; a mail that brings neither sound nor page and says nothing is an ordinary one. */
export function readGatewayMail(
  mail: Looked,
  {
    kind,
    country,
  }: {
    readonly kind?: GatewayMail['kind'] | undefined;
    readonly country?: Country | undefined;
  } = {},
): GatewayMail | undefined {
  const subject = mail.subject.slice(0, mostSubject);
  if (reports.test(subject)) return undefined;
  for (const shape of shapes) {
    const groups = shape.subject === undefined ? undefined : shape.subject.exec(subject);
    const isThere = groups !== null && groups !== undefined;
    const hasField = shape.fields?.some((field) => firstField(mail, field) !== undefined) === true;
    if (!isThere && !hasField) continue;
    const named = shape.number === undefined ? undefined : firstField(mail, shape.number);
    const number = findNumber([groups?.groups?.number, named, ...ownPlaces(mail)], country);
    return { kind: kind ?? byFiles(mail) ?? shape.kind, number, shape: shape.name };
  }
  const found = kind ?? byFiles(mail);
  return found === undefined
    ? undefined
    : { kind: found, number: findNumber(ownPlaces(mail), country), shape: 'files' };
}

/** Where gateways write the number when the subject does not hold it. */
function ownPlaces({ subject, from, fields, text }: Looked): readonly (string | undefined)[] {
  const header = [
    'x-callingtelephonenumber',
    'x-asterisk-callerid',
    'x-fax-callid',
    'x-caller-id',
    'x-callerid',
    'x-fax-from',
  ].map((name) => fields.get(name)?.[0]);
  const local = from?.address.slice(0, from.address.lastIndexOf('@'));
  return [
    ...header,
    /\+[0-9][0-9 ()/.-]{5,24}[0-9]/.exec(subject)?.[0],
    from?.name,
    local,
    lineOf(text),
  ];
}

/** `From: +49 30 1234567`, `Anrufer: …`, on a line of its own. */
function lineOf(text: string): string | undefined {
  return /^[ \t]*(?:from|caller|caller id|number|von|anrufer|rufnummer|absender|de|numéro|llamante|da|van)[ \t]*:[ \t]*(\+?[0-9][0-9 ()/.-]{4,24}[0-9])[ \t]*$/im.exec(
    text.slice(0, 4000),
  )?.[1];
}

function findNumber(
  places: readonly (string | undefined)[],
  country: Country | undefined,
): PhoneNumber | undefined {
  for (const place of places) {
    const text = /<([^<>]{3,40})>\s*$/.exec(place ?? '')?.[1] ?? place ?? '';
    const number = parsePhone(text, country);
    if (number !== undefined) return number;
  }
  return undefined;
}

function byFiles({ attachments }: Looked): GatewayMail['kind'] | undefined {
  const files = attachments.filter(({ inline }) => !inline);
  if (
    files.some(
      ({ type, name }) => type.startsWith('audio/') || /\.(?:mp3|wav|ogg|m4a|amr)$/i.test(name),
    )
  )
    return 'recording';
  return files.some(
    ({ type, name }) =>
      type === 'application/pdf' || type === 'image/tiff' || /\.(?:pdf|tiff?)$/i.test(name),
  )
    ? 'fax'
    : undefined;
}
