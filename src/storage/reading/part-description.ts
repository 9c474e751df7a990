/**
 * What the header of a part says of its content (RFC 2045, 2183), as far as it can be believed.
 *
 * Promises: total. Of several fields of one name the first that says something is taken; a type that is none, or none at
 * all, is what the file's name tells, and plain text where nothing does.
 * Leaves to others: parameters and charsets (parameters.ts), types by name (media-type.ts).
 */
import { firstValue, type RawField } from './header-lines.ts';
import { unfold } from './header-text.ts';
import { typeOfName } from './media-type.ts';
import { readParameterField } from './parameters.ts';
import { readTransferEncoding, type TransferEncoding } from './transfer.ts';

export interface PartDescription {
  readonly fields: readonly RawField[];
  /** In lower case, without parameters. */
  readonly type: string;
  /** Of Content-Type. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly encoding: TransferEncoding;
  readonly disposition: 'inline' | 'attachment' | undefined;
  /** As sent, decoded; empty when there is none. */
  readonly fileName: string;
}

const noParameters: ReadonlyMap<string, string> = new Map();

export function describePart(
  fields: readonly RawField[],
  typeAround: string | undefined,
): PartDescription {
  const disposition = readDisposition(fields);
  const { type, parameters } = readType(fields, typeAround, disposition);
  return {
    fields,
    type,
    parameters,
    encoding: readTransferEncoding(firstValue(fields, 'content-transfer-encoding')),
    disposition: disposition.kind,
    fileName: disposition.fileName || (parameters.get('name') ?? ''),
  };
}

interface Disposition {
  readonly kind: PartDescription['disposition'];
  readonly fileName: string;
}

function readDisposition(fields: readonly RawField[]): Disposition {
  const value = firstValue(fields, 'content-disposition');
  if (value === undefined) return { kind: undefined, fileName: '' };
  const read = readParameterField(unfold(value));
  const fileName = read.parameters.get('filename') ?? '';
  const word = read.value.replace(/["'\s]/g, '');
  // A word that nobody knows is taken for the careful one (RFC 2183 section 2.8).
  const kind = word === '' ? undefined : word === 'inline' ? 'inline' : 'attachment';
  return { kind, fileName };
}

interface TypeField {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const usable = /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}$/;

function readType(
  fields: readonly RawField[],
  typeAround: string | undefined,
  { kind, fileName }: Disposition,
): TypeField {
  let parameters = noParameters;
  let halfType: string | undefined;
  for (const { name, value } of fields) {
    if (name !== 'content-type') continue;
    const read = readParameterField(unfold(value));
    const said =
      read.value
        .replace(/["']/g, '')
        .replace(/\s*\/\s*/, '/')
        .split(/[\s,]/, 1)[0] ?? '';
    if (usable.test(said)) return { type: said, parameters: read.parameters };
    if (parameters.size === 0) parameters = read.parameters;
    halfType ??=
      halfTypes.get(said) ?? (read.parameters.has('boundary') ? 'multipart/mixed' : undefined);
  }
  const named = fileName || (parameters.get('name') ?? '');
  if (halfType !== undefined) return { type: halfType, parameters };
  if (named !== '') {
    const type = typeOfName(named);
    if (type !== 'application/octet-stream' || kind === 'attachment') return { type, parameters };
  }
  if (kind === 'attachment') return { type: 'application/octet-stream', parameters };
  const isDigest = typeAround === 'multipart/digest' && !fields.some(isTypeField);
  return { type: isDigest ? 'message/rfc822' : 'text/plain', parameters };
}

function isTypeField({ name }: RawField): boolean {
  return name === 'content-type';
}

/** What old programs write (RFC 1049 and before). */
const halfTypes: ReadonlyMap<string, string> = new Map([
  ['text', 'text/plain'],
  ['plain', 'text/plain'],
  ['html', 'text/html'],
  ['multipart', 'multipart/mixed'],
  ['message', 'message/rfc822'],
]);
