/**
 * Every role × every command × every edge: what the queue gives to the role is what happens, by viewer, API and command line.
 *
 * A command that is new gets its row in rights-rows.ts. Without MAILDESK_TEST_FULL only the roles that tell something are tried:
 * all rights, none, and all but one of those that are needed.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Right, rights } from '../../src/core/ticket/rights.ts';
import { runCli } from '../../src/edges/cli/cli.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, type Visitor } from '../helpers/visitor.ts';
import { type Place, rows } from './rights-rows.ts';

const password = 'correct horse battery';

/** Each right alone beside `see`, all of them but one, nothing, everything. */
const roles: Readonly<Record<string, readonly Right[]>> = {
  nobody: [],
  ...Object.fromEntries(
    rights.map((right) => [`only-${right}`, [...new Set(['see', right] as const)]]),
  ),
  ...Object.fromEntries(
    rights
      .filter((right) => right !== 'see')
      .map((right) => [`no-${right}`, rights.filter((other) => other !== right)]),
  ),
  everything: [...rights],
};

type Outcome = 'done' | 'not allowed' | 'no such ticket';

interface Person {
  readonly login: string;
  readonly visitor: Visitor;
  readonly token: string;
}

let app: TestApp;
const people = new Map<string, Person>();
let written = 0;

/** Whole at once, for the desk reads what it sees change. */
async function putQueue(name: string, text: string): Promise<void> {
  const folder = join(app.directory, 'config/queues');
  await writeFile(join(folder, `.tmp-${name}`), text);
  await rename(join(folder, `.tmp-${name}`), join(folder, `${name}.yaml`));
}

beforeAll(async () => {
  app = await startTestApp({ settings: { confirmations: 'false', undoSend: '0s' } });
  const { accounts } = app.desk;
  const lines = Object.entries(roles).map(([role, given]) => `  ${role}: [${given.join(', ')}]\n`);
  await putQueue('support', `name: Support\nsecondLevel: Experts\nrights:\n${lines.join('')}`);
  await putQueue('experts', `name: Experts\nrights:\n${lines.join('')}`);
  await putQueue('junk', `name: Junk\nrights:\n${lines.join('')}`);
  await app.app.sweep();
  for (const role of [...Object.keys(roles), 'admin']) {
    const login = role;
    if (accounts.find(login) === undefined)
      await accounts.add({ login, name: role, email: `${role}@desk.example`, roles: [role] });
    const token = await accounts.createApiToken(login);
    const path = `/login/${await accounts.createLoginToken(login)}`;
    const visitor = createVisitor(app.url);
    await visitor.get(path);
    await visitor.post(path, {});
    await accounts.setPassword(login, password);
    await visitor.get('/login');
    await visitor.post('/login', { login, password });
    await visitor.get('/tickets');
    if (!token.ok) throw new Error(token.refusal.code);
    people.set(role, { login, visitor, token: token.value });
  }
}, 120_000);
afterAll(() => app.stop());

/** A ticket of its own for each try, with an unrelated one beside it. */
async function makePlace(): Promise<Place> {
  const receive = async () => {
    written += 1;
    const raw = plainMail({
      'Message-ID': `<${written}@customer.example>`,
      Subject: `Matter ${written}`,
      From: `c${written}@customer.example`,
    });
    const outcome = await app.desk.intake.process({
      raw: Buffer.from(raw),
      via: 'pipe',
      sender: `c${written}@customer.example`,
      recipients: ['support@localhost'],
      client: undefined,
    });
    if (outcome.outcome !== 'filed') throw new Error(outcome.outcome);
    return outcome;
  };
  const first = await receive();
  const other = await receive();
  return { number: first.ticket, message: first.message, other: other.ticket, desk: app.desk };
}

async function byViewer(person: Person, path: string, fields: Readonly<Record<string, string>>) {
  const { status } = await person.visitor.post(path, fields);
  return outcomeOf(status, { done: [200, 204, 303], refused: 403, missing: 404 });
}

async function byApi(person: Person, path: string, body: unknown): Promise<Outcome> {
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${person.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return outcomeOf(response.status, { done: [200, 201], refused: 403, missing: 404 });
}

async function byCommand(person: Person, argv: readonly string[]): Promise<Outcome> {
  const said: string[] = [];
  const { parts } = app.desk;
  const code = await runCli(
    ['--as', person.login, ...argv],
    {
      stdin: (async function* () {})(),
      stdout: () => {},
      stderr: (text) => said.push(text),
      writeBytes: async () => {},
      writeFile: async () => {},
      isTerminal: false,
      account: 'root',
    },
    {
      version: '0',
      nodeVersion: '20.20.0',
      directory: app.directory,
      files: parts.files,
      clock: parts.clock,
      log: parts.log,
      readConfig: async () => ({ problems: [], settings: [] }),
      open: async () => ({ ...app.desk, announce: async () => {}, close: async () => {} }),
      start: async () => {},
      demo: async () => {},
      wakeDesk: () => false,
    },
  );
  if (code !== 0 && code !== 65 && code !== 77) throw new Error(said.join(''));
  return outcomeOf(code, { done: [0], refused: 77, missing: 65 });
}

function outcomeOf(
  status: number,
  { done, refused, missing }: { done: readonly number[]; refused: number; missing: number },
): Outcome {
  if (done.includes(status)) return 'done';
  if (status === refused) return 'not allowed';
  if (status === missing) return 'no such ticket';
  throw new Error(`Unexpected answer ${status}`);
}

function isTried(role: string, needs: readonly Right[]): boolean {
  if (process.env.MAILDESK_TEST_FULL === '1') return true;
  return ['nobody', 'everything', ...needs.map((need) => `no-${need}`)].includes(role);
}

function expected(role: string, needs: readonly Right[]): Outcome {
  const given = role === 'admin' ? rights : (roles[role] ?? []);
  if (!given.includes('see')) return 'no such ticket';
  return needs.every((need) => given.includes(need)) ? 'done' : 'not allowed';
}

describe('every role, every edge', () => {
  for (const row of rows) {
    it(`${row.name} needs ${row.needs.join(' and ')}`, async () => {
      const found: Record<string, Outcome> = {};
      const wanted: Record<string, Outcome> = {};
      for (const [role, person] of people) {
        if (!isTried(role, row.needs)) continue;
        for (const edge of ['viewer', 'api', 'cli'] as const) {
          const asking = row[edge];
          if (asking === undefined) continue;
          const made = await makePlace();
          await row.before?.(made);
          const folder = await app.desk.store.read(made.number);
          const place = { ...made, newest: folder?.messages.at(-1)?.event.name };
          wanted[`${role} by ${edge}`] = expected(role, row.needs);
          found[`${role} by ${edge}`] = await ask(person, edge, place);
        }
      }
      expect(found).toEqual(wanted);

      function ask(person: Person, edge: 'viewer' | 'api' | 'cli', place: Place) {
        if (edge === 'viewer') {
          const [path, fields] = row.viewer?.(place) ?? ['', {}];
          return byViewer(person, path, fields);
        }
        if (edge === 'api') {
          const [path, body] = row.api?.(place) ?? ['', {}];
          return byApi(person, path, body);
        }
        return byCommand(person, row.cli?.(place) ?? []);
      }
    }, 60_000);
  }
});
