/**
 * The directory of agents: who there is, who may log in, and how an account changes.
 *
 * Promises: an unknown name takes as long to refuse as a wrong password, and counts against the throttle
 * alike; attempts count before they are checked, so that many at once gain nothing.
 * Leaves to others: cookies (sessions.ts), the files' form (config/agents.ts), when to reload.
 */
import type { Clock } from '../../base/clock.ts';
import { Fault, invariant } from '../../base/fault.ts';
import { randomText } from '../../base/random.ts';
import { type Result, refuse } from '../../base/result.ts';
import { mostAbsenceText } from '../../config/agent-absence.ts';
import { tokenId } from '../../config/agent-tokens.ts';
import { type AgentFile, isLogin, isRole } from '../../config/agents.ts';
import type { ConfigProblem } from '../../config/config.ts';
import { isLanguageTag } from '../../config/values.ts';
import { isAddress } from '../../core/message/address.ts';
import { type Absence, isDayText } from '../../core/team/absence.ts';
import type { AccountRefusal, Accounts, Agent, Role } from './accounts.ts';
import { type AgentFiles, type AgentFilesDeps, createAgentFiles } from './agent-files.ts';
import { digestOf } from './digest.ts';
import { createLoginLinks } from './login-links.ts';
import { createPasswords, isStrongEnough, leastPasswordLength } from './password.ts';
import { clientKey, createThrottle } from './throttle.ts';
import { toAgent } from './to-agent.ts';

export interface AccountsDeps extends AgentFilesDeps {
  readonly clock: Clock;
}

export interface AccountsOptions {
  /** Logarithm of scrypt's N to base 2, for new hashes; default 15. */
  readonly passwordCost?: number;
}

export interface AgentDirectory extends Accounts {
  /** For the services that change accounts beside this one. */
  readonly files: AgentFiles;
  /** Reads every file; to be called once before anything else, and whenever files changed. */
  load(): Promise<void>;
  reload(): Promise<void>;
  /** What is wrong with the files; their agents are kept out, all others work. */
  problems(): readonly ConfigProblem[];
  /**
   * Makes the admin when there is no agent at all. Gives a token for a one-time link as long as no
   * admin has a password, since then nobody may be able to get in.
   */
  ensureAdmin(email: string): Promise<FirstAdmin | undefined>;
}

export interface FirstAdmin {
  readonly login: string;
  readonly token: string;
}

export function createAccounts(deps: AccountsDeps, options: AccountsOptions = {}): AgentDirectory {
  const { clock, random, log } = deps;
  const agents = createAgentFiles(deps);
  const links = createLoginLinks(deps);
  const passwords = createPasswords(random, options.passwordCost ?? 15);
  const throttle = createThrottle(clock);

  async function checkPassword(
    name: string,
    password: string,
    client: string,
  ): Promise<Result<Agent, AccountRefusal>> {
    const typed = name.trim().toLowerCase().slice(0, 254);
    const login = agents.findByEmail(typed)?.login ?? typed;
    const loginKey = `login ${login}`;
    const keys = [loginKey, `client ${clientKey(client)}`];
    const retryAfterMs = Math.max(...keys.map(throttle.waitMs), passwords.isBusy() ? 1000 : 0);
    if (retryAfterMs > 0) {
      log.info('accounts.login-throttled', { client, retryAfterMs });
      return refuse({ code: 'too-many-attempts', retryAfterMs });
    }

    const takeBack = keys.map(throttle.count);
    const agent = isLogin(login) ? await agents.refresh(login) : undefined;
    const isRight = await passwords.verify(password, agent?.password);
    if (!isRight || agent === undefined || agent.disabled) {
      log.info('accounts.login-refused', { client });
      return refuse({ code: 'wrong-login' });
    }
    for (const undo of takeBack) undo();
    throttle.forget(loginKey);
    return { ok: true, value: toAgent(agent) };
  }

  async function logIn(
    name: string,
    password: string,
    client: string,
  ): Promise<Result<Agent, AccountRefusal>> {
    const outcome = await checkPassword(name, password, client);
    if (outcome.ok) log.info('accounts.logged-in', { login: outcome.value.login, client });
    return outcome;
  }

  async function add(agent: {
    login: string;
    name: string;
    email: string;
    roles: readonly Role[];
  }): Promise<Result<Agent, AccountRefusal>> {
    const refusal = refuseNewAgent(agent, agents);
    if (refusal !== undefined) return refuse(refusal);
    const { login } = agent;
    if (!(await agents.create({ ...agent, name: agent.name.trim() }))) {
      return refuse({ code: 'agent-exists', login });
    }
    log.info('accounts.agent-added', { login, roles: agent.roles });
    return answerFor(login, agents.find(login));
  }

  function answerFor(login: string, agent: AgentFile | undefined): Result<Agent, AccountRefusal> {
    return agent === undefined ? refuse(unknownAgent(login)) : { ok: true, value: toAgent(agent) };
  }

  function unknownAgent(login: string): AccountRefusal {
    return { code: 'unknown-agent', value: login, known: agents.list().map((each) => each.login) };
  }

  async function createLoginToken(login: string): Promise<string> {
    if (agents.find(login) === undefined) {
      throw new Fault('not-found', {
        retry: 'never',
        detail: `Cannot make a link: there is no agent "${login}"`,
      });
    }
    return links.create(login);
  }

  return {
    files: agents,
    load: agents.load,
    reload: agents.load,
    problems: agents.problems,
    list: () => agents.list().map(toAgent),
    find: (login) => toAgentIfThere(agents.find(login)),
    logIn,
    checkPassword,
    add,
    createLoginToken,

    async redeemLoginToken(token) {
      const login = await links.redeem(token);
      const agent = login === undefined ? undefined : await agents.refresh(login);
      if (agent === undefined || agent.disabled) return refuse({ code: 'link-used' });
      log.info('accounts.link-redeemed', { login });
      return { ok: true, value: toAgent(agent) };
    },

    async setPassword(login, password) {
      if (agents.find(login) === undefined) return refuse(unknownAgent(login));
      if (!isStrongEnough(password))
        return refuse({ code: 'weak-password', least: leastPasswordLength });
      const hash = await passwords.hash(password);
      const agent = await agents.edit(login, { kind: 'password', hash });
      log.info('accounts.password-set', { login });
      return answerFor(login, agent);
    },

    async setLanguage(login, language) {
      invariant(isLanguageTag(language), 'The language must be a language tag');
      if (agents.find(login)?.language === language) return;
      // An agent who was removed meanwhile has no wish to be remembered.
      if (agents.find(login) !== undefined)
        await agents.edit(login, { kind: 'language', language });
    },

    async setTimeZone(login, timeZone) {
      if (agents.find(login) !== undefined)
        await agents.edit(login, { kind: 'time-zone', timeZone });
    },

    async setAbsence(login, absence) {
      if (agents.find(login) === undefined) return refuse(unknownAgent(login));
      const refusal = absence === undefined ? undefined : refuseAbsence(login, absence, agents);
      if (refusal !== undefined) return refuse(refusal);
      const agent = await agents.edit(login, { kind: 'absence', absence });
      log.info('accounts.absence-set', { login, isAway: absence !== undefined });
      return answerFor(login, agent);
    },

    async setNotify(login, notify) {
      if (agents.find(login) !== undefined) await agents.edit(login, { kind: 'notify', notify });
    },

    async setNewestFirst(login, isNewestFirst) {
      const conversation = isNewestFirst ? 'newest-first' : undefined;
      if (agents.find(login) !== undefined)
        await agents.edit(login, { kind: 'conversation', conversation });
    },

    async setReport(login, report) {
      if (agents.find(login) !== undefined) await agents.edit(login, { kind: 'report', report });
    },

    async setKeys(login, keys) {
      if (agents.find(login) !== undefined) await agents.edit(login, { kind: 'keys', keys });
    },

    async createApiToken(login, { name = '', scopes, expires } = {}) {
      if (agents.find(login) === undefined) return refuse(unknownAgent(login));
      const refusal = refuseTokenName(name);
      if (refusal !== undefined) return refuse(refusal);
      const token = `md_${randomText(random, 40)}`;
      const stored = { digest: digestOf(token), name, scopes, created: clock.now(), expires };
      const agent = await agents.edit(login, { kind: 'token', token: stored });
      if (agent === undefined) return refuse(unknownAgent(login));
      log.info('accounts.token-made', { login, scopes });
      return { ok: true, value: token };
    },

    // The digest is looked up, not the token, so the time of the search tells nothing about it.
    findByApiToken(token) {
      const digest = digestOf(token);
      const agent = agents.findByToken(digest);
      const found = agent?.tokens.find((each) => each.digest === digest);
      const isOver = found?.expires !== undefined && found.expires <= clock.now();
      if (agent === undefined || agent.disabled || found === undefined || isOver) return undefined;
      return { agent: toAgent(agent), tokenId: tokenId(found), scopes: found.scopes };
    },

    async ensureAdmin(email) {
      if (agents.isEmpty()) {
        const added = await add({
          login: 'admin',
          name: 'Admin',
          email,
          roles: ['admin', 'agent'],
        });
        // Another process was first, and prints its own link.
        if (!added.ok) return undefined;
      }
      const admins = agents.list().filter(({ roles }) => roles.includes('admin'));
      const [first] = admins;
      if (first === undefined || admins.some(({ password }) => password !== undefined))
        return undefined;
      return { login: first.login, token: await createLoginToken(first.login) };
    },
  };
}

function refuseNewAgent(
  agent: {
    readonly login: string;
    readonly name: string;
    readonly email: string;
    readonly roles: readonly string[];
  },
  agents: AgentFiles,
): AccountRefusal | undefined {
  const { login, name, email, roles } = agent;
  const bad = (field: string, value: string, expected: string): AccountRefusal => ({
    code: 'bad-value',
    field,
    value: value.slice(0, 100),
    expected,
  });
  if (!isLogin(login))
    return bad('login', login, 'letters a-z, digits, ".", "-" and "_", at most 64');
  if (agents.find(login) !== undefined) return { code: 'agent-exists', login };
  if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name))
    return bad('name', name, 'text in one line');
  if (!isAddress(email)) return bad('email', email, 'an address such as anna@example.org');
  if (agents.findByEmail(email) !== undefined)
    return bad('email', email, 'an address that no other agent has');
  const unknown = roles.find((role) => !isRole(role));
  if (unknown !== undefined || roles.length === 0)
    return bad('roles', unknown ?? '', 'words of a-z, 0-9 and "-", such as "agent" or "admin"');
  return undefined;
}

function refuseAbsence(
  login: string,
  { from, until, standIn, text }: Absence,
  agents: AgentFiles,
): AccountRefusal | undefined {
  const bad = (field: string, value: string, expected: string): AccountRefusal => ({
    code: 'bad-value',
    field,
    value: value.slice(0, 100),
    expected,
  });
  const day = 'a day such as 2026-12-24';
  if (!isDayText(from)) return bad('from', from, day);
  if (!isDayText(until)) return bad('until', until, day);
  if (until < from) return bad('until', until, 'a day that is not before the first one');
  if (standIn === login) return bad('standIn', standIn, 'a colleague');
  if (standIn !== undefined && agents.find(standIn) === undefined)
    return {
      code: 'unknown-agent',
      value: standIn,
      known: agents.list().map((each) => each.login),
    };
  if (text.length > mostAbsenceText || /\p{Cc}/u.test(text))
    return bad('text', text, `one line of at most ${mostAbsenceText} characters`);
  return undefined;
}

function refuseTokenName(name: string): AccountRefusal | undefined {
  if (name.length <= 100 && !/\p{Cc}/u.test(name)) return undefined;
  const expected = 'text in one line, at most 100 characters';
  return { code: 'bad-value', field: 'name', value: name.slice(0, 100), expected };
}

function toAgentIfThere(agent: AgentFile | undefined): Agent | undefined {
  return agent === undefined ? undefined : toAgent(agent);
}
