/** What others may know of an agent's file. */
import type { AgentFile } from '../../config/agents.ts';
import type { Agent } from './accounts.ts';
import { digestOf } from './digest.ts';

export function toAgent(file: AgentFile): Agent {
  const { login, name, email, language, roles, password, absence, notify } = file;
  return {
    login,
    name,
    email,
    language,
    roles,
    absence,
    notify,
    passwordMark: digestOf(`mark ${password ?? ''}`).slice(-12),
    hasPassword: password !== undefined,
    ...(file.timeZone === undefined ? {} : { timeZone: file.timeZone }),
    ...(file.report === undefined ? {} : { report: file.report }),
    ...(file.totp === undefined ? {} : { hasTotp: true }),
    ...(file.disabled ? { isDisabled: true } : {}),
    ...(file.signature === undefined ? {} : { signature: file.signature }),
    ...(file.salutation === undefined ? {} : { salutation: file.salutation }),
    ...(file.isNewestFirst === true ? { isNewestFirst: true } : {}),
    ...(file.keys === undefined ? {} : { keys: file.keys }),
  };
}
