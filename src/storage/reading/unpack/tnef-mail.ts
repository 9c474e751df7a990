/**
 * A message that Outlook attached to another one, as a mail that every program opens.
 *
 * Promises: pure; whatever its fields hold, no line of the header breaks. Leaves to others: reading it (tnef.ts).
 */
import { formatMailDate, toInstant } from '../../../base/clock.ts';
import type { TnefMessage, TnefPerson } from './tnef-message.ts';

export function formatInnerMail(message: TnefMessage): Buffer {
  const { subject, from, to, cc, date, files } = message;
  const fields = [
    ...(from === undefined ? [] : [`From: ${formatPerson(from)}`]),
    ...(to.length === 0 ? [] : [`To: ${to.map(formatPerson).join(',\r\n ')}`]),
    ...(cc.length === 0 ? [] : [`Cc: ${cc.map(formatPerson).join(',\r\n ')}`]),
    ...(date === undefined ? [] : [`Date: ${formatMailDate(toInstant(date), 'UTC')}`]),
    `Subject: ${encodeText(subject ?? '')}`,
    'MIME-Version: 1.0',
  ];
  const said = bodyOf(message);
  const attached = files.map(({ name, type, bytes, contentId }) =>
    toPart(
      [
        `Content-Type: ${/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'}`,
        ...(contentId === undefined ? [] : [`Content-ID: <${oneLine(contentId)}>`]),
        `Content-Disposition: attachment; filename*=UTF-8''${encodeName(name)}`,
      ],
      bytes,
    ),
  );
  const whole = attached.length === 0 ? said : wrap('mixed', [said, ...attached]);
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n`), whole]);
}

function bodyOf({ text, html }: TnefMessage): Buffer {
  const plain = toPart(['Content-Type: text/plain; charset=utf-8'], Buffer.from(text ?? ''));
  if (html === undefined) return plain;
  const rich = toPart(['Content-Type: text/html; charset=utf-8'], Buffer.from(html));
  return text === undefined ? rich : wrap('alternative', [plain, rich]);
}

function toPart(fields: readonly string[], bytes: Buffer): Buffer {
  const lines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(
    `${[...fields, 'Content-Transfer-Encoding: base64'].join('\r\n')}\r\n\r\n${lines}\r\n`,
  );
}

/** Everything within is base64 or a wrapping of another kind, so that no line can be taken for this border. */
function wrap(kind: 'mixed' | 'alternative', parts: readonly Buffer[]): Buffer {
  const border = `=_unpacked_${kind}`;
  const head = `Content-Type: multipart/${kind}; boundary="${border}"\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(head),
    ...parts.flatMap((part) => [Buffer.from(`--${border}\r\n`), part]),
    Buffer.from(`--${border}--\r\n`),
  ]);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}<>]+/gu, ' ').trim();
}

function formatPerson({ name, address }: TnefPerson): string {
  const shown = address === '' ? 'unknown@invalid' : address.replace(/[\s\p{Cc}<>,;]+/gu, '');
  return name === '' ? `<${shown}>` : `${encodeText(name)} <${shown}>`;
}

/** Encoded words (RFC 2047) of whole characters. */
function encodeText(text: string): string {
  const line = oneLine(text).slice(0, 2000);
  if (/^[\w .,!?:/+-]*$/.test(line) && line.length < 60) return line;
  const words = line.match(/.{1,14}/gu) ?? [];
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function encodeName(name: string): string {
  return encodeURIComponent(name.slice(0, 200).replace(/\p{Cs}/gu, '\uFFFD')).replace(
    /['()*]/g,
    toPercent,
  );
}

function toPercent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}
