/**
 * What an answer begins with: the salutation, room for the answer, the signature, the words that are answered.
 *
 * Promises: pure; linear in the length of the quoted text.
 * Leaves to others: the line above the quotation in the customer's language (edges/http/presenters/answer.ts).
 */

/** All of the mail that is answered, only what its writer wrote this time, or nothing. */
export type Quoting = 'full' | 'trimmed' | 'none';

export type SignaturePlace = 'above' | 'below';

const mostLines = 2000;

export interface QuotationRequest {
  /** The line above it. */
  readonly attribution: string;
  readonly text: string;
  /** What the writer wrote this time, without signature and what they quoted themselves. */
  readonly own: string;
  readonly quoting: Quoting;
}

/** Empty when nothing is quoted. */
export function quote({ attribution, text, own, quoting }: QuotationRequest): string {
  if (quoting === 'none') return '';
  const quoted = quoting === 'full' ? text : own;
  if (quoted.trim() === '') return '';
  const lines = quoted.replace(/\r\n?/g, '\n').trimEnd().split('\n').slice(0, mostLines);
  return [
    attribution,
    ...lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd())),
  ].join('\n');
}

export interface StartRequest {
  /** Empty for none. */
  readonly salutation?: string;
  /** Empty for none. */
  readonly signature: string;
  readonly quotation: string;
  readonly place: SignaturePlace;
}

/** The text with which the form opens: the salutation, two empty lines, and below them what is known already. */
export function startText({ salutation = '', signature, quotation, place }: StartRequest): string {
  const parts = place === 'above' ? [signature, quotation] : [quotation, signature];
  const below = `\n\n${parts.filter((part) => part !== '').join('\n\n')}`.trimEnd();
  // Without anything below, the room is the two lines all the same.
  return salutation === '' ? below : `${salutation}\n\n${below}`;
}

/** Where writing begins in that text. */
export function caretIn({ salutation = '' }: Pick<StartRequest, 'salutation'>): number {
  return salutation === '' ? 0 : salutation.length + 2;
}
