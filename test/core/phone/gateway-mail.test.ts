import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGatewayMail } from '../../../src/core/phone/gateway-mail.ts';

function mail(
  subject: string,
  more: { fields?: Record<string, string>; from?: string; text?: string; file?: string } = {},
) {
  const { fields = {}, from = 'gateway@example.org', text = '', file } = more;
  return {
    subject,
    from: { name: '', address: from },
    text,
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value]] as const)),
    attachments:
      file === undefined
        ? []
        : [{ id: 0, name: file, type: 'application/octet-stream', size: 1, inline: false }],
  };
}

describe('readGatewayMail', () => {
  it.each([
    ['Neues Fax von +49 30 1234567', 'fax', 'sipgate'],
    ['Neue Voicemail von 030 1234567', 'recording', 'sipgate'],
    ['Faxeingang: 030 1234567', 'fax', 'placetel'],
    ['Neue Nachricht auf Ihrer Mailbox von 030/1234567', 'recording', 'placetel'],
    ['FRITZ!Box: Fax von 030 1234567', 'fax', 'fritzbox'],
    ['Faxempfang von 0301234567', 'fax', 'fritzbox'],
    ['[FRITZ!Box] Anruf von 030 1234567', 'recording', 'fritzbox'],
    ['facsimile received from +49301234567', 'fax', 'hylafax'],
    ['[PBX]: New message 3 in mailbox 200 from "Kim" <0301234567>', 'recording', 'asterisk'],
    ['New Fax Message from (030) 1234567 on 11/23/2026', 'fax', 'ringcentral'],
    [
      'New Voice Message from Kim Lee (030) 1234567 on 11/23/2026 2:30 PM',
      'recording',
      'ringcentral',
    ],
    ['eFax message from "0301234567" - 2 page(s)', 'fax', 'efax'],
    ['Voicemail from +49 30 1234567', 'recording', 'generic'],
    ['Sprachnachricht von 030 1234567', 'recording', 'generic'],
    ['Nouveau message vocal de +49 30 1234567', 'recording', 'generic'],
    ['Nuevo mensaje de voz de +49301234567', 'recording', 'generic'],
    ['Новое голосовое сообщение от +49 30 1234567', 'recording', 'generic'],
    ['+49 30 1234567 からのボイスメール', 'recording', 'generic'],
    ['来自 +49 30 1234567 的传真', 'fax', 'generic'],
  ])('reads "%s"', (subject, kind, shape) => {
    expect(readGatewayMail(mail(subject), { country: 'DE' })).toEqual({
      kind,
      shape,
      number: '+49301234567',
    });
  });

  it('reads the headers of Exchange, Asterisk and HylaFAX', () => {
    const exchange = { 'x-callingtelephonenumber': '+49301234567', 'x-voicemessageduration': '12' };
    expect(readGatewayMail(mail('Voice message (12 seconds)', { fields: exchange }))).toEqual({
      kind: 'recording',
      number: '+49301234567',
      shape: 'exchange',
    });
    const asterisk = { 'x-asterisk-callerid': '+49301234567' };
    expect(readGatewayMail(mail('hello', { fields: asterisk }))?.number).toBe('+49301234567');
    const fax = { 'x-fax-callid': '+49301234567' };
    expect(readGatewayMail(mail('hello', { fields: fax }))?.kind).toBe('fax');
  });

  it('reads the number out of the address and the text', () => {
    const byAddress = mail('Fax', { from: '49301234567@fax.example.org', file: 'fax.pdf' });
    expect(readGatewayMail(byAddress, { country: 'DE' })).toMatchObject({ kind: 'fax' });
    const plus = mail('Fax', { from: '+49301234567@fax.example.org' });
    expect(readGatewayMail(plus)?.number).toBe('+49301234567');
    const inText = mail('Voicemail', { text: 'Hello,\n\nAnrufer: 030 1234567\nDauer: 12 s\n' });
    expect(readGatewayMail(inText, { country: 'DE' })?.number).toBe('+49301234567');
  });

  it('knows what the file is where the subject says nothing', () => {
    expect(readGatewayMail(mail('KONICA 4711', { file: 'a.tif' }))).toEqual({
      kind: 'fax',
      number: undefined,
      shape: 'files',
    });
    expect(readGatewayMail(mail('KONICA 4711', { file: 'a.wav' }))?.kind).toBe('recording');
    expect(readGatewayMail(mail('An invoice'))).toBeUndefined();
  });

  it('leaves reports on what went out alone', () => {
    expect(readGatewayMail(mail('Sendebericht: Fax an 030 1234567 gesendet'))).toBeUndefined();
    expect(readGatewayMail(mail('Fax to +49301234567 was sent successfully'))).toBeUndefined();
  });

  it('takes any subject', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (subject) => {
        readGatewayMail(mail(subject), { country: 'DE' });
      }),
    );
  });
});
