/** As much of JSON Schema as the description of the API uses; gives the first mismatch as text. */
import { schemas } from '../../../src/edges/http/api/openapi-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

export function mismatch(schema: unknown, value: unknown, path = '$'): string | undefined {
  if (!isObject(schema)) return `${path}: no schema`;
  if (typeof schema.$ref === 'string')
    return mismatch(schemas[schema.$ref.split('/').at(-1) ?? ''], value, path);
  if (Array.isArray(schema.anyOf)) {
    const problems = schema.anyOf.map((one) => mismatch(one, value, path));
    return problems.includes(undefined) ? undefined : problems.join(' and ');
  }
  if (Array.isArray(schema.enum) && !schema.enum.includes(value))
    return `${path}: ${String(value)} is not in the enum`;
  if (!isOfType(schema.type, value))
    return `${path}: expected ${String(schema.type)}, found ${JSON.stringify(value)}`;
  if (Array.isArray(value)) {
    return value
      .map((entry, at) => mismatch(schema.items, entry, `${path}[${at}]`))
      .find((found) => found !== undefined);
  }
  return isObject(value) && isObject(schema.properties)
    ? objectMismatch(schema, schema.properties, value, path)
    : undefined;
}

function objectMismatch(
  schema: Json,
  properties: Json,
  value: Json,
  path: string,
): string | undefined {
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const absent = required.find((key) => typeof key !== 'string' || !Object.hasOwn(value, key));
  if (absent !== undefined) return `${path}: "${String(absent)}" is missing`;
  for (const [key, entry] of Object.entries(value)) {
    if (!Object.hasOwn(properties, key)) return `${path}: "${key}" is not described`;
    const found = mismatch(properties[key], entry, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
