/** How people are shown: names and the letters in their circle. */
import { type Address, displayName, localPartOf } from '../../../core/message/address.ts';
import type { OwnNames } from '../../../core/message/look-alike.ts';
import type { Actor } from '../../../core/ticket/event.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';

/** Name of an agent by login; the login itself for one who is no longer there. */
export type NameOf = (login: string) => string;

export function namesOf(agents: readonly Agent[]): NameOf {
  const names = new Map(
    agents.map(({ login, name }) => [login, name.trim() === '' ? login : name]),
  );
  return (login) => names.get(login) ?? login;
}

/** At most two letters: of the first and the last word, or the first of a name in one word. */
export function initialsOf(name: string): string {
  // A telephone number has none.
  if (name.startsWith('+') && !/\p{L}/u.test(name)) return '#';
  const words = (name.includes('@') ? localPartOf(name) : name)
    .replace(/[^\p{L}\p{N}\s._-]/gu, '')
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first = '', ...others] = words.map((word) => [...word][0] ?? '');
  return (first + (others.at(-1) ?? '')).toUpperCase();
}

export function addressName(address: Address | undefined, own?: OwnNames): string | undefined {
  return address === undefined ? undefined : displayName(address, own);
}

/** The name of whoever did something; undefined when it was the desk itself. */
export function actorName(actor: Actor, nameOf: NameOf): string | undefined {
  switch (actor.kind) {
    case 'agent':
      return nameOf(actor.login);
    case 'customer':
      return actor.address;
    case 'user':
      return actor.account;
    case 'system':
      return undefined;
  }
}
