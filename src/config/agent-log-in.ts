/**
 * How an agent logs in beside the password: keys `totp`, `openid` and `disabled` of his file.
 *
 * Promises: total; what is half right is wrong, so that a slip never switches a check off.
 */
import { scalarText, scalarTexts } from './yaml.ts';

/** The second step (RFC 6238). */
export interface AgentTotp {
  /** Base 32, as it was typed into the other device. */
  readonly secret: string;
  /** Digests of recovery codes that are not used yet. */
  readonly recovery: readonly string[];
}

/** Whom the agent is to the OpenID provider. */
export interface AgentOpenid {
  readonly issuer: string;
  readonly subject: string;
}

export function isTotpSecret(text: string): boolean {
  return /^[A-Z2-7]{26,128}$/.test(text);
}

export function readTotp(value: unknown): AgentTotp | undefined {
  const fields = fieldsOf(value);
  const secret = scalarText(fields?.get('secret')) ?? '';
  const recovery = scalarTexts(fields?.get('recovery') ?? []);
  const isRight =
    isTotpSecret(secret) && recovery?.every((each) => /^sha256:[0-9a-f]{64}$/.test(each)) === true;
  return isRight ? { secret, recovery: recovery ?? [] } : undefined;
}

export function readOpenid(value: unknown): AgentOpenid | undefined {
  const fields = fieldsOf(value);
  const issuer = scalarText(fields?.get('issuer'));
  const subject = scalarText(fields?.get('subject'));
  if (issuer === undefined || subject === undefined || subject === '') return undefined;
  return { issuer, subject };
}

export function readDisabled(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : undefined;
}
