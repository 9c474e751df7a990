/** The viewer over a real desk in a temporary directory. */
import { join } from 'node:path';
import type { Log } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { ViewerDeps } from '../../../src/edges/http/deps.ts';
import { createHttpServer } from '../../../src/edges/http/server.ts';
import { createSubscriptionRouter } from '../../../src/edges/http/subscriptions.ts';
import { createPresence } from '../../../src/services/presence.ts';
import { createRenderer } from '../../../src/services/render/templates.ts';
import { createSight } from '../../../src/services/sight.ts';
import { type LogLine, recordingLog } from '../../helpers/parts.ts';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';
import { createVisitor, type Visitor } from '../../helpers/visitor.ts';

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
  /** The first steps are offered as on a new desk. */
  readonly firstSteps?: boolean;
  /** Whether anna and ben are there; they are. */
  readonly agents?: boolean;
}

export async function startViewer({
  settings = {},
  replaced = () => ({}),
  dataNote,
  firstSteps = false,
  agents = true,
}: ViewerOptions = {}): Promise<Viewer> {
  const test = await openTestDesk({
    settings: { confirmations: 'false', ...settings },
    firstSteps,
  });
  const { desk } = test;
  const { clock } = desk.parts;
  if (agents) {
    await addAgent(test, 'anna', 'Anna Adler');
    await addAgent(test, 'ben', 'Ben Kaya');
  }
  const { log, lines }: { log: Log; lines: LogLine[] } = recordingLog();
  const root = join(import.meta.dirname, '..', '..', '..');
  const deps: ViewerDeps = {
    tickets: desk.tickets,
    reader: desk.reader,
    regroup: desk.regroup,
    undo: desk.undo,
    redact: desk.redact,
    erase: desk.erase,
    bulk: desk.bulk,
    drafts: desk.drafts,
    index: desk.index,
    accounts: desk.accounts,
    sight: createSight({ reader: desk.store, config: desk.config }),
    access: desk.access,
    audit: desk.audit,
    board: desk.board,
    steps: desk.steps,
    outbox: desk.outbox,
    trouble: desk.trouble,
    release: desk.release,
    customers: desk.customers,
    answers: desk.answers,
    due: desk.due,
    appointments: desk.appointments,
    feeds: desk.feeds,
    news: desk.news,
    prepared: desk.prepared,
    filling: desk.filling,
    moduleFiles: desk.moduleFiles,
    suggestions: desk.suggestions,
    pictures: desk.pictures,
    customerCare: desk.customerCare,
    customerTickets: desk.customerTickets,
    figures: desk.figures,
    config: desk.config,
    ledger: desk.ledger,
    readMarks: desk.readMarks,
    imageSenders: desk.imageSenders,
    searching: desk.searching,
    savedViews: desk.savedViews,
    passages: desk.passages,
    snoozes: desk.snoozes,
    holds: desk.holds,
    doctor: desk.doctor,
    presence: createPresence({ clock }),
    notifications: { onTold: () => () => false },
    told: desk.notices.told,
    firstSteps: desk.firstSteps,
    trial: desk.trial,
    exporting: desk.exporting,
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
      routers: [createSubscriptionRouter(desk)],
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
