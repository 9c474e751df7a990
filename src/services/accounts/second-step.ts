/**
 * The second step at log-in: a code from another device, or one of ten recovery codes.
 *
 * Owns: `agents/LOGIN/totp/`, an empty file for each code that was used. Promises: a code counts once, also when
 * several processes are asked at once, since one alone makes the file; guessing is slowed down as with
 * passwords. Leaves to others: the codes themselves (totp.ts), what stands in the agent's file (config/).
 */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomText } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { isTotpSecret } from '../../config/agent-log-in.ts';
import type { AgentFile } from '../../config/agents.ts';
import { makeDirectories } from '../../config/desk-files.ts';
import type { FileOps } from '../../storage/files.ts';
import type { AccountRefusal, Accounts, Agent } from './accounts.ts';
import type { AgentFiles } from './agent-files.ts';
import { digestOf } from './digest.ts';
import { clientKey, createThrottle } from './throttle.ts';
import { toAgent } from './to-agent.ts';
import { drawQr, findTotpStep, newTotpSecret, type QrPicture, totpAddress } from './totp.ts';

export interface SecondStep {
  /** A fresh secret, and the same as a picture for the agent's device. */
  offer(agent: Agent, desk: string): TotpOffer;
  /** The picture of a secret that was offered before. */
  draw(agent: Agent, desk: string, secret: string): TotpOffer | undefined;
  /** Switches it on when the code proves that the device has the secret; gives the recovery codes. */
  enable(
    login: string,
    secret: string,
    code: string,
  ): Promise<Result<readonly string[], AccountRefusal>>;
  /** For log-in. `client` is the peer's IP address. */
  verify(login: string, code: string, client: string): Promise<Result<Agent, AccountRefusal>>;
  /** Fresh recovery codes; the old ones are void. `proof` is the password, or a code where there is none. */
  renew(
    login: string,
    proof: string,
    client: string,
  ): Promise<Result<readonly string[], AccountRefusal>>;
  disable(login: string, proof: string, client: string): Promise<Result<Agent, AccountRefusal>>;
  /** Switches it off for somebody else. */
  reset(login: string): Promise<Result<Agent, AccountRefusal>>;
  /** Recovery codes that are left; undefined while it is off. */
  left(login: string): number | undefined;
}

export interface TotpOffer extends QrPicture {
  readonly secret: string;
  readonly address: string;
}

export interface SecondStepDeps {
  readonly agents: AgentFiles;
  readonly accounts: Pick<Accounts, 'checkPassword'>;
  readonly files: FileOps;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const recoveryCount = 10;
const recoveryLetters = 12;

export function createSecondStep(deps: SecondStepDeps): SecondStep {
  const { agents, accounts, files, directory, clock, random, log } = deps;
  const throttle = createThrottle(clock);
  const folderOf = (login: string) => join(directory, 'agents', login, 'totp');

  /** True for one caller alone. */
  async function claim(login: string, name: string): Promise<boolean> {
    await makeDirectories(files, folderOf(login));
    try {
      await files.createFile(join(folderOf(login), name), Buffer.alloc(0), 0o600);
    } catch (error) {
      if (isFault(error, 'exists')) return false;
      throw error;
    }
    await files.syncDirectory(folderOf(login));
    return true;
  }

  /** A step counts once, and none before it counts afterwards (RFC 6238 section 5.2). */
  async function claimStep(login: string, step: number): Promise<boolean> {
    const used = ((await files.list(folderOf(login))) ?? []).filter((name) => /^\d+$/.test(name));
    if (used.some((name) => Number(name) >= step)) return false;
    if (!(await claim(login, String(step)))) return false;
    for (const name of used) await files.unlink(join(folderOf(login), name));
    return true;
  }

  async function isRightCode(agent: AgentFile, given: string): Promise<boolean> {
    const { login, totp } = agent;
    if (totp === undefined) return false;
    const code = given.replace(/[\s-]/g, '').toLowerCase();
    const step = findTotpStep(totp.secret, code, clock.now());
    if (step !== undefined) return claimStep(login, step);
    const digest = digestOf(code);
    if (!totp.recovery.includes(digest)) return false;
    if (!(await claim(login, `recovery-${digest.slice(7, 39)}`))) return false;
    const recovery = totp.recovery.filter((each) => each !== digest);
    await agents.edit(login, { kind: 'totp', totp: { ...totp, recovery } });
    log.info('accounts.recovery-code-used', { login, left: recovery.length });
    return true;
  }

  async function verify(
    login: string,
    code: string,
    client: string,
  ): Promise<Result<Agent, AccountRefusal>> {
    const keys = [`code ${login}`, `client ${clientKey(client)}`];
    const retryAfterMs = Math.max(...keys.map(throttle.waitMs));
    if (retryAfterMs > 0) return refuse({ code: 'too-many-attempts', retryAfterMs });
    const takeBack = keys.map(throttle.count);
    const agent = await agents.refresh(login);
    if (agent === undefined || agent.disabled || !(await isRightCode(agent, code.slice(0, 100)))) {
      log.info('accounts.code-refused', { login, client });
      return refuse({ code: 'wrong-code' });
    }
    for (const undo of takeBack) undo();
    throttle.forget(`code ${login}`);
    return ok(toAgent(agent));
  }

  /** The password of who has one; else a code. */
  async function prove(
    login: string,
    proof: string,
    client: string,
  ): Promise<Result<AgentFile, AccountRefusal>> {
    const agent = agents.find(login);
    if (agent?.totp === undefined) return refuse({ code: 'totp-off' });
    const proven =
      agent.password === undefined
        ? await verify(login, proof, client)
        : await accounts.checkPassword(login, proof, client);
    if (!proven.ok) return proven;
    const fresh = agents.find(login);
    return fresh === undefined ? refuse({ code: 'totp-off' }) : ok(fresh);
  }

  function newCodes(): readonly string[] {
    return Array.from({ length: recoveryCount }, () => randomText(random, recoveryLetters));
  }

  async function switchOff(login: string): Promise<Result<Agent, AccountRefusal>> {
    const agent = await agents.edit(login, { kind: 'totp', totp: undefined });
    if (agent === undefined) return refuse(unknownAgent(login, agents));
    log.info('accounts.totp-off', { login });
    return ok(toAgent(agent));
  }

  function draw(agent: Agent, desk: string, secret: string): TotpOffer | undefined {
    if (!isTotpSecret(secret)) return undefined;
    const address = totpAddress(secret, { desk, account: agent.email });
    return { secret, address, ...drawQr(address) };
  }

  return {
    draw,
    verify,

    offer(agent, desk) {
      const secret = newTotpSecret(random);
      const address = totpAddress(secret, { desk, account: agent.email });
      return { secret, address, ...drawQr(address) };
    },

    async enable(login, secret, code) {
      const agent = await agents.refresh(login);
      if (agent === undefined) return refuse(unknownAgent(login, agents));
      if (agent.totp !== undefined) return refuse({ code: 'totp-on' });
      if (!isTotpSecret(secret)) return refuse({ code: 'wrong-code' });
      const step = findTotpStep(secret, code.replace(/\s/g, ''), clock.now());
      if (step === undefined) return refuse({ code: 'wrong-code' });
      await claimStep(login, step);
      const codes = newCodes();
      const totp = { secret, recovery: codes.map(digestOf) };
      await agents.edit(login, { kind: 'totp', totp });
      log.info('accounts.totp-on', { login });
      return ok(codes.map(inGroups));
    },

    async renew(login, proof, client) {
      const proven = await prove(login, proof, client);
      if (!proven.ok) return proven;
      const { totp } = proven.value;
      if (totp === undefined) return refuse({ code: 'totp-off' });
      const codes = newCodes();
      await agents.edit(login, { kind: 'totp', totp: { ...totp, recovery: codes.map(digestOf) } });
      return ok(codes.map(inGroups));
    },

    async disable(login, proof, client) {
      const proven = await prove(login, proof, client);
      return proven.ok ? switchOff(login) : proven;
    },

    async reset(login) {
      const agent = await agents.refresh(login);
      if (agent === undefined) return refuse(unknownAgent(login, agents));
      return agent.totp === undefined ? refuse({ code: 'totp-off' }) : switchOff(login);
    },

    left: (login) => agents.find(login)?.totp?.recovery.length,
  };
}

function unknownAgent(login: string, agents: AgentFiles): AccountRefusal {
  return { code: 'unknown-agent', value: login, known: agents.list().map((each) => each.login) };
}

function inGroups(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}
