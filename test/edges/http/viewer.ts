/** The viewer over a real desk in a temporary directory, and a browser without a picture: it keeps cookies. */
import { join } from 'node:path';
import type { Log } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { ViewerDeps } from '../../../src/edges/http/deps.ts';
import { createHttpServer } from '../../../src/edges/http/server.ts';
import { createSessions } from '../../../src/services/accounts/sessions.ts';
import { createReadMarks } from '../../../src/services/read-marks.ts';
import { createRenderer } from '../../../src/services/render/templates.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { type LogLine, recordingLog } from '../../helpers/parts.ts';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';

export const password = 'correct horse battery';

export interface Viewer {
  readonly test: TestDesk;
  readonly url: string;
  readonly lines: readonly LogLine[];
  visitor(): Visitor;
  /** Logged in as anna. */
  member(): Promise<Visitor>;
  close(): Promise<void>;
}

export interface ViewerOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Parts that this test replaces. */
  readonly replaced?: (deps: ViewerDeps) => Partial<ViewerDeps>;
  readonly dataNote?: string;
}

export async function startViewer({
  settings = {},
  replaced = () => ({}),
  dataNote,
}: ViewerOptions = {}): Promise<Viewer> {
  const test = await openTestDesk({ settings: { confirmations: 'false', ...settings } });
  const { desk } = test;
  const { clock } = desk.parts;
  await addAgent(test, 'anna', 'Anna Adler');
  await addAgent(test, 'ben', 'Ben Kaya');
  const { log, lines }: { log: Log; lines: LogLine[] } = recordingLog();
  const root = join(import.meta.dirname, '..', '..', '..');
  const deps: ViewerDeps = {
    tickets: desk.tickets,
    reader: desk.reader,
    regroup: desk.regroup,
    index: desk.index,
    accounts: desk.accounts,
    sessions: createSessions(
      { accounts: desk.accounts, clock, random: systemRandom, secret: desk.secret },
      { sessionHours: () => 10 },
    ),
    outbox: desk.outbox,
    config: desk.config,
    readMarks: createReadMarks({ files: nodeFiles, directory: join(test.directory, 'agents') }),
    renderer: await createRenderer({
      templatesDirectory: join(root, 'templates'),
      localesDirectory: join(root, 'locales'),
      strict: true,
    }),
    clock,
    log,
    random: systemRandom,
  };
  const server = createHttpServer(
    { ...deps, ...replaced(deps) },
    {
      routers: [],
      listen: { host: '127.0.0.1', port: 0 },
      ...(dataNote === undefined ? {} : { dataNote }),
    },
  );
  const { host, port } = await server.listen();
  const url = `http://${host}:${port}`;

  return {
    test,
    url,
    lines,
    visitor: () => createVisitor(url),
    async member() {
      const visitor = createVisitor(url);
      await visitor.get('/login');
      await visitor.post('/login', { login: 'anna', password });
      return visitor;
    },
    async close() {
      await server.close();
      await test.close();
    },
  };
}

async function addAgent({ desk }: TestDesk, login: string, name: string): Promise<void> {
  await desk.accounts.add({ login, name, email: `${login}@desk.example`, roles: ['agent'] });
  await desk.accounts.setPassword(login, password);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly location: string;
}

export interface Visitor {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** With the token of the page seen last, unless `csrf` is among the fields. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Follows redirects. */
  open(path: string): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  readonly cookies: ReadonlyMap<string, string>;
}

function createVisitor(url: string): Visitor {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const equals = pair.indexOf('=');
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return response;
  }

  async function read(response: Response): Promise<Answer> {
    const text = await response.text();
    csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? csrf;
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location') ?? '',
    };
  }

  const visitor: Visitor = {
    cookies,
    fetch: send,
    get: async (path, headers = {}) => read(await send(path, { headers })),
    post: async (path, fields, headers = {}) =>
      read(
        await send(path, {
          method: 'POST',
          body: new URLSearchParams({ csrf, ...fields }),
          headers,
        }),
      ),
    async open(path) {
      let answer = await visitor.get(path);
      for (let round = 0; answer.location !== '' && round < 5; round += 1)
        answer = await visitor.get(answer.location);
      return answer;
    },
  };
  return visitor;
}

/** The text of a page without its tags, blanks drawn together. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}
