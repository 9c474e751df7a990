import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attachmentLanguages,
  mentionsAttachment,
} from '../../../src/core/message/mentions-attachment.ts';

const said: readonly (readonly [language: string, text: string])[] = [
  ['en', 'Please find the invoice attached.'],
  ['en', 'The attachment shows it.'],
  ['de', 'Anbei die Rechnung.'],
  ['de', 'Sie finden den Plan im Anhang, siehe Anlage 2'],
  ['fr', 'Vous trouverez ci-joint la facture.'],
  ['fr', 'Voir la pièce jointe.'],
  ['es', 'Le adjunto la factura.'],
  ['it', 'In allegato trova la fattura.'],
  ['pt', 'Segue em anexo a fatura.'],
  ['nl', 'In de bijlage vindt u de factuur.'],
  ['pl', 'W załączniku przesyłam fakturę.'],
  ['ru', 'Счёт во вложении.'],
  ['ru', 'Прилагаю счёт'],
  ['uk', 'Рахунок у вкладенні.'],
  ['tr', 'Faturanız ektedir.'],
  ['ja', '請求書を添付します。'],
  ['ko', '청구서를 첨부합니다.'],
  ['zh', '请见附件。'],
  ['zh', '請見附件。'],
  ['fi', 'Lasku on liitteenä.'],
  ['ar', 'تجدون الفاتورة مرفقة.'],
  ['fa', 'فاکتور به پیوست است.'],
  ['he', 'החשבונית מצורפת.'],
  ['hi', 'बिल संलग्न है।'],
];

describe('mentionsAttachment', () => {
  it.each(said)('hears it in %s: %s', (_, text) => {
    expect(mentionsAttachment(text)).toBe(true);
    expect(mentionsAttachment(text.toUpperCase())).toBe(true);
  });

  it('knows a phrase of every language that it names', () => {
    expect(new Set(said.map(([language]) => language))).toEqual(new Set(attachmentLanguages));
  });

  it.each([
    ['only quoted', 'Thanks!\n\nOn Monday Kim wrote:\n> The file is attached.\n>> attached'],
    ['in the signature', 'Thanks!\n\n-- \nAnna, attachments welcome'],
    ['in a forwarded mail', 'See below.\n\n----- Forwarded message -----\nThe file is attached.'],
    ['in an address', 'See https://shop.example/attachment/7'],
    ['a longer word', 'We are unattached, she is reattachedly so. Veranlagen. Ektenmek.'],
    ['nothing of it', 'Your lamp was sent on Tuesday.'],
    ['empty', ''],
  ])('does not hear it when it is %s', (_, text) => {
    expect(mentionsAttachment(text)).toBe(false);
  });

  it('is total', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => typeof mentionsAttachment(text) === 'boolean',
      ),
    );
  });
});
