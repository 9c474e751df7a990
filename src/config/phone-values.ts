/** Kinds of values of the settings for telephone, fax and `drop/`. Promises: as values.ts. */
import { type NamePattern, parseNamePattern } from '../core/drop/drop-name.ts';
import {
  type FaxGateway,
  faxForms,
  formatFaxGateway,
  parseFaxGateway,
} from '../core/phone/fax-gateway.ts';
import { type Country, isCountry } from '../core/phone/phone-number.ts';
import type { ValueKind } from './values.ts';

export const country: ValueKind<Country> = {
  expected: 'the code of a country in two letters, such as DE',
  unit: undefined,
  parse(text) {
    const code = text.toUpperCase();
    return isCountry(code) ? { value: code } : undefined;
  },
  format: (value) => value,
};

export const faxGateway: ValueKind<FaxGateway> = {
  expected: `an address with one of ${faxForms.map((form) => `{${form}}`).join(', ')} in it, such as {number}@fax.example.org`,
  unit: undefined,
  parse(text) {
    const value = parseFaxGateway(text);
    return value === undefined ? undefined : { value };
  },
  format: formatFaxGateway,
};

const mostPatterns = 50;

/** Parted by commas; empty for none. */
export const namePatterns: ValueKind<readonly NamePattern[]> = {
  expected: 'patterns such as "{date}_{from}", parted by commas, or off',
  unit: undefined,
  parse(text) {
    if (text === 'off' || text === 'false') return { value: [] };
    const sources = text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const read = sources.flatMap((source) => {
      const parsed = parseNamePattern(source);
      return parsed.ok ? [parsed.value] : [];
    });
    const isRight =
      read.length === sources.length && read.length > 0 && read.length <= mostPatterns;
    return isRight ? { value: read } : undefined;
  },
  format: (value) => (value.length === 0 ? 'off' : value.map(({ source }) => source).join(', ')),
};
