/**
 * The mail address under which a gateway takes an answer and faxes it: `{number}@fax.example.org`.
 *
 * Promises: pure; `faxNumberOf` finds the number that `faxAddress` wrote, and none in any other address.
 */
import type { Address } from '../message/address.ts';
import { isAddress } from '../message/address.ts';
import {
  type Country,
  formatNational,
  formatPhone,
  type PhoneNumber,
  parsePhone,
} from './phone-number.ts';

/** How the number is written: 49301234567, +49301234567, 0049301234567, 0301234567. */
export const faxForms = ['number', 'plus', 'double-zero', 'national'] as const;

export type FaxForm = (typeof faxForms)[number];

export interface FaxGateway {
  readonly before: string;
  readonly form: FaxForm;
  readonly after: string;
}

/** Undefined when it is no address with one number in it. */
export function parseFaxGateway(text: string): FaxGateway | undefined {
  const [, before = '', form = '', after = '', more] =
    /^([^{}]*)\{([a-z-]+)\}([^{}]*)(.*)$/.exec(text.trim()) ?? [];
  const known = faxForms.find((each) => each === form);
  if (known === undefined || more !== '') return undefined;
  return isAddress(`${before}49301234567${after}`) ? { before, form: known, after } : undefined;
}

export function formatFaxGateway({ before, form, after }: FaxGateway): string {
  return `${before}{${form}}${after}`;
}

export function faxAddress({ before, form, after }: FaxGateway, number: PhoneNumber): Address {
  return { name: formatPhone(number), address: `${before}${write(number, form)}${after}` };
}

function write(number: PhoneNumber, form: FaxForm): string {
  const digits = number.slice(1);
  switch (form) {
    case 'number':
      return digits;
    case 'plus':
      return number;
    case 'double-zero':
      return `00${digits}`;
    case 'national':
      return formatNational(number).replace(/[^0-9]/g, '');
  }
}

/** The number that a mail to this address is faxed to; undefined for any other address. */
export function faxNumberOf(
  { before, form, after }: FaxGateway,
  address: string,
  country?: Country,
): PhoneNumber | undefined {
  const text = address.trim().toLowerCase();
  const [head, tail] = [before.toLowerCase(), after.toLowerCase()];
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length <= head.length + tail.length)
    return undefined;
  const written = text.slice(head.length, text.length - tail.length);
  if (!/^\+?[0-9]+$/.test(written)) return undefined;
  // A country that writes national numbers without a leading zero tells them apart by nothing.
  const number = parsePhone(form === 'number' ? `+${written}` : written, country);
  return number !== undefined && write(number, form) === written ? number : undefined;
}
