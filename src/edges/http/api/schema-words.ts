/** What schemas of bodies are made of: JSON Schema, 2020-12. */

export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
export const ifUnchangedSince: Schema = {
  type: 'string',
  format: 'date-time',
  description: 'The `updated` of the ticket as you read it; what others did later makes a 409',
};
export const time: Schema = { type: 'string', format: 'date-time' };
export const absent: Schema = { type: 'null' };
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, absent] });

/** An object of an answer. */
export function answer(
  properties: Readonly<Record<string, Schema>>,
  /** These stand there only where there is something to say. */
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  const all = { ...properties, ...optional };
  return { type: 'object', properties: all, required: Object.keys(properties) };
}

/** An object of a request. */
export function request(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}
