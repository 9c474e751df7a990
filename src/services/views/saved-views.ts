/**
 * The saved views of a desk: of each person, and of the team.
 *
 * Owns: agents/LOGIN/views/ and config/views/. Promises: views come in their order, own ones first; whoever may not change a shared
 * view is refused; a broken file takes away no other view. What another process or an editor wrote counts at once.
 * Leaves to others: the files (view-files.ts), who may (core/views/view.ts), what a view finds (services/index, within rights).
 */
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config, ConfigProblem } from '../../config/config.ts';
import type { YamlValue } from '../../config/yaml-edits.ts';
import {
  compareViews,
  isViewFor,
  mayChangeView,
  mostViewName,
  type SavedView,
  sharedFor,
  type ViewReader,
  viewIdOf,
  viewKey,
} from '../../core/views/view.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { ViewFiles, ViewFolder, ViewValues } from './view-files.ts';

export type ViewOwner = Pick<Agent, 'login' | 'roles'>;

export type ViewRefusal =
  | { readonly code: 'unknown-view' }
  | { readonly code: 'not-yours' }
  | { readonly code: 'bad-name' };

export interface NewView {
  readonly name: string;
  readonly query: string;
  readonly sort?: string | undefined;
}

export interface ViewChange {
  readonly name?: string;
  readonly query?: string;
  /** Empty for the usual one. */
  readonly sort?: string;
}

export interface SavedViews {
  /** What the agent is shown; without one, everything that is shared. */
  list(agent: ViewOwner | undefined): Promise<readonly SavedView[]>;
  mayChange(view: Pick<SavedView, 'scope' | 'queues'>, agent: ViewOwner): boolean;
  mayShare(agent: ViewOwner): boolean;
  /** The agent's own files that cannot be used. */
  problemsOf(agent: ViewOwner): Promise<readonly ConfigProblem[]>;
  /** Shared files that cannot be used, as they were when `load` was called last. */
  problems(): readonly ConfigProblem[];
  load(): Promise<void>;
  create(agent: ViewOwner, view: NewView): Promise<Result<SavedView, ViewRefusal>>;
  change(agent: ViewOwner, key: string, change: ViewChange): Promise<ViewOutcome>;
  /** One place up (-1) or down (1) among its kind. */
  move(agent: ViewOwner, key: string, step: -1 | 1): Promise<ViewOutcome>;
  /** An own view becomes one of the team: an admin's for everybody, else for the queues that the agent administers. */
  share(agent: ViewOwner, key: string): Promise<ViewOutcome>;
  remove(agent: ViewOwner, key: string): Promise<ViewOutcome>;
}

type ViewOutcome = Result<SavedView, ViewRefusal>;

export interface SavedViewsDeps {
  readonly viewFiles: ViewFiles;
  /** The desk. */
  readonly directory: string;
  readonly config: () => Config;
  readonly log: Log;
}

export function createSavedViews({
  viewFiles,
  directory,
  config,
  log,
}: SavedViewsDeps): SavedViews {
  const shared: ViewFolder = { path: join(directory, 'config', 'views'), scope: 'shared' };
  const serial = createKeyedSerial();
  let broken: readonly ConfigProblem[] = [];

  function ownFolder(login: string): ViewFolder {
    const folder = encodeURIComponent(login).replaceAll('.', '%2E');
    return { path: join(directory, 'agents', folder, 'views'), scope: 'own' };
  }

  function folderOf({ scope }: Pick<SavedView, 'scope'>, { login }: ViewOwner): ViewFolder {
    return scope === 'own' ? ownFolder(login) : shared;
  }

  function readerOf({ roles }: ViewOwner): ViewReader {
    return { roles, queues: config().queues };
  }

  async function list(agent: ViewOwner | undefined): Promise<readonly SavedView[]> {
    const ofTeam = (await viewFiles.read(shared)).views;
    if (agent === undefined) return ofTeam.toSorted(compareViews);
    const own = (await viewFiles.read(ownFolder(agent.login))).views;
    const shown = ofTeam.filter((view) => isViewFor(view, readerOf(agent)));
    return [...own.toSorted(compareViews), ...shown.toSorted(compareViews)];
  }

  /** Finds the view, asks whether the agent may, and does it, one change of a folder after another. */
  async function withView(
    agent: ViewOwner,
    key: string,
    work: (view: SavedView, all: readonly SavedView[]) => Promise<SavedView>,
  ): Promise<ViewOutcome> {
    return serial.run(key.startsWith('own:') ? agent.login : ':shared', async () => {
      const all = await list(agent);
      const view = all.find((each) => viewKey(each) === key);
      if (view === undefined) return refuse({ code: 'unknown-view' });
      if (!mayChangeView(view, readerOf(agent))) return refuse({ code: 'not-yours' });
      const changed = await work(view, all);
      log.info('views.changed', { agent: agent.login, view: key });
      return ok(changed);
    });
  }

  async function createIn(folder: ViewFolder, view: Omit<SavedView, 'id' | 'scope'>) {
    const { taken } = await viewFiles.read(folder);
    const id = viewIdOf(view.name, taken);
    // Somebody may have made a file of that name just now: then the next name is tried.
    if (!(await viewFiles.create(folder, id, valuesOf(view)))) return undefined;
    return { ...view, id, scope: folder.scope };
  }

  async function createFree(folder: ViewFolder, view: Omit<SavedView, 'id' | 'scope'>) {
    for (;;) {
      const made = await createIn(folder, view);
      if (made !== undefined) return made;
    }
  }

  return {
    list,
    mayChange: (view, agent) => mayChangeView(view, readerOf(agent)),
    mayShare: (agent) => sharedFor(readerOf(agent)) !== undefined,
    problemsOf: async ({ login }) => (await viewFiles.read(ownFolder(login))).problems,
    problems: () => broken,
    async load() {
      broken = (await viewFiles.read(shared)).problems;
    },
    async create(agent, { name: given, query, sort }) {
      const name = toName(given);
      if (name === undefined) return refuse({ code: 'bad-name' });
      return serial.run(agent.login, async () => {
        const folder = ownFolder(agent.login);
        const orders = (await viewFiles.read(folder)).views.map(({ order }) => order ?? 0);
        const order = Math.max(0, ...orders) + orderStep;
        const view = { name, query, sort, icon: undefined, order, roles: [], queues: [] };
        const made = await createFree(folder, view);
        log.info('views.created', { agent: agent.login, view: viewKey(made) });
        return ok(made);
      });
    },
    async change(agent, key, { name: given, query, sort }) {
      const name = given === undefined ? undefined : toName(given);
      if (given !== undefined && name === undefined) return refuse({ code: 'bad-name' });
      return withView(agent, key, async (view) => {
        const values: ViewValues = {
          ...(name === undefined || name === view.name ? {} : { name }),
          ...(query === undefined || query === view.query ? {} : { query }),
          ...(sort === undefined || sort === '' || sort === view.sort ? {} : { sort }),
        };
        if (Object.keys(values).length > 0)
          await viewFiles.edit(folderOf(view, agent), view.id, values);
        return { ...view, ...values };
      });
    },
    move: (agent, key, step) =>
      withView(agent, key, async (view, all) => {
        const row = all.filter(({ scope }) => scope === view.scope);
        const at = row.findIndex((each) => viewKey(each) === key);
        const other = row[at + step];
        if (other === undefined) return view;
        const moved = row.map((each, place) =>
          place === at ? other : place === at + step ? view : each,
        );
        for (const [place, each] of moved.entries()) {
          const order = (place + 1) * orderStep;
          if (each.order !== order) await viewFiles.edit(folderOf(each, agent), each.id, { order });
        }
        return view;
      }),
    async share(agent, key) {
      const queues = sharedFor(readerOf(agent));
      if (queues === undefined) return refuse({ code: 'not-yours' });
      return withView(agent, key, async (view) => {
        if (view.scope === 'shared') return view;
        const made = await createFree(shared, { ...view, order: undefined, queues });
        await viewFiles.remove(folderOf(view, agent), view.id);
        return made;
      });
    },
    remove: (agent, key) =>
      withView(agent, key, async (view) => {
        await viewFiles.remove(folderOf(view, agent), view.id);
        return view;
      }),
  };
}

const orderStep = 10;

function toName(given: string): string | undefined {
  const name = given.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return name === '' ? undefined : name.slice(0, mostViewName);
}

function valuesOf(view: Omit<SavedView, 'id' | 'scope'>): ViewValues {
  const { name, query, sort, icon, order, roles, queues } = view;
  const values: readonly (readonly [string, YamlValue | undefined])[] = [
    ['name', name],
    ['query', query],
    ['sort', sort],
    ['icon', icon],
    ['order', order],
    ['roles', roles.length === 0 ? undefined : roles],
    ['queues', queues.length === 0 ? undefined : queues],
  ];
  return Object.fromEntries(
    values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
