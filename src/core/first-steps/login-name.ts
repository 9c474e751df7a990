/** A login for a new colleague, made from the mail address. */
import { localPartOf } from '../message/address.ts';

/** `Anna.Adler+desk@…` gives `anna.adler`; a number comes behind where that is taken. Always a login, whatever the address. */
export function loginFor(email: string, taken: ReadonlySet<string>): string {
  const plain = localPartOf(email)
    .replace(/\+.*$/, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 50)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  const stem = plain === '' ? 'agent' : plain;
  let login = stem;
  for (let number = 2; taken.has(login); number += 1) login = `${stem}${number}`;
  return login;
}
