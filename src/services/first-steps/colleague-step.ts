/**
 * The last step: the first colleague.
 *
 * Writes `agents/LOGIN.yaml` and makes a link that lets the colleague in once. Leaves to others: the mail with that link (the page).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { isLogin } from '../../config/agents.ts';
import type { Config } from '../../config/config.ts';
import { isOwnAddress } from '../../config/own-address.ts';
import { loginFor } from '../../core/first-steps/login-name.ts';
import { isAddress } from '../../core/message/address.ts';
import { adminRole } from '../../core/ticket/rights.ts';
import type { Accounts, Agent } from '../accounts/accounts.ts';
import type { BadField, StepRefusal } from './step-refusal.ts';

/** As people type it. */
export interface ColleagueTyped {
  readonly name: string;
  readonly email: string;
  /** Empty for one made from the address. */
  readonly login: string;
  readonly isAdmin: boolean;
}

export interface Invited {
  readonly agent: Agent;
  /** Of a link that works once, within a day. */
  readonly token: string;
}

export interface ColleagueStep {
  invite(typed: ColleagueTyped): Promise<Result<Invited, StepRefusal>>;
}

export interface ColleagueStepDeps {
  readonly accounts: Pick<Accounts, 'list' | 'add' | 'createLoginToken'>;
  readonly config: () => Config;
}

export function createColleagueStep({ accounts, config }: ColleagueStepDeps): ColleagueStep {
  function findBad({ name, email, login }: ColleagueTyped): readonly BadField[] {
    const agents = accounts.list();
    const bad: BadField[] = [];
    if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name))
      bad.push({ field: 'name', value: name, expected: 'line' });
    const address = email.trim();
    const isTaken = agents.some((each) => each.email.toLowerCase() === address.toLowerCase());
    if (!isAddress(address)) bad.push({ field: 'email', value: email, expected: 'address' });
    else if (isOwnAddress(address, config()))
      bad.push({ field: 'email', value: email, expected: 'not-own' });
    else if (isTaken) bad.push({ field: 'email', value: email, expected: 'free-address' });
    if (login !== '' && !isLogin(login))
      bad.push({ field: 'login', value: login, expected: 'login' });
    else if (agents.some((each) => each.login === login))
      bad.push({ field: 'login', value: login, expected: 'free-login' });
    return bad;
  }

  return {
    async invite(raw) {
      const typed = { ...raw, login: raw.login.trim().toLowerCase() };
      const bad = findBad(typed);
      if (bad.length > 0) return refuse({ code: 'bad-fields', fields: bad });
      const taken = new Set(accounts.list().map(({ login }) => login));
      const login = typed.login === '' ? loginFor(typed.email.trim(), taken) : typed.login;
      const added = await accounts.add({
        login,
        name: typed.name.trim(),
        email: typed.email.trim(),
        roles: typed.isAdmin ? ['agent', adminRole] : ['agent'],
      });
      if (!added.ok) return added;
      return ok({ agent: added.value, token: await accounts.createLoginToken(login) });
    },
  };
}
