/**
 * One of the processes of two-processes.test.ts: several agents who do at chance what agents do, over the built desk.
 *
 * It is told what to do by messages: `work` (seed, tickets, commands), `complete` (what a desk does with each sweep) and
 * `fold`; each is answered once. All that was acknowledged is in the answer to `work`.
 */
import { formatInstant, systemClock } from '../../dist/base/clock.js';
import { silentLog } from '../../dist/base/log.js';
import { systemRandom } from '../../dist/base/random.js';
import { openDesk } from '../../dist/desk.js';
import { nodeFiles } from '../../dist/storage/files.js';

const [directory, host] = process.argv.slice(2);

const opened = await openDesk(
  { directory, environment: {}, flags: { confirmations: 'false', checkSenders: 'false' } },
  {
    clock: systemClock,
    random: systemRandom,
    files: nodeFiles,
    log: silentLog,
    hostName: `${host}.example`,
    processId: process.pid,
    timeZone: 'UTC',
    accountOf: (owner) => `uid${owner}`,
    version: '0.0.0-test',
    processFigures: () => ({ residentBytes: 1, heapUsedBytes: 1, uptimeSeconds: 1 }),
    text: 'here',
  },
);
if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
const desk = opened.value;
for (const spool of [desk.inboxSpool, desk.outboxSpool, desk.troubleSpool]) await spool.open();
await desk.index.ready(60_000);

/** Mulberry32: small, and the same for the same seed. */
function chance(start) {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const values = {
  state: ['open', 'closed', 'pending-customer'],
  queue: ['Support', 'Billing'],
  owner: ['anna', 'ben', ''],
  priority: ['low', 'normal', 'high', 'urgent'],
};

async function agent({ seed, login, numbers, commands }) {
  const below = chance(seed);
  const pick = (list) => list[below(list.length)];
  const actor = { kind: 'agent', login };
  const acknowledged = [];
  const refused = {};
  const run = (number, command) => desk.tickets.run(number, command, actor);

  async function someMessage(number) {
    const messages = (await desk.store.read(number))?.messages ?? [];
    return messages.length === 0 ? 'none' : pick(messages).event.name;
  }

  const deeds = {
    set: (number) => {
      const field = pick(Object.keys(values));
      const changes = [{ kind: 'set', field, value: pick(values[field]) }];
      return run(number, { kind: 'update', changes });
    },
    tag: (number) => {
      const changes = [{ kind: pick(['add', 'remove']), set: 'tag', value: pick(['a', 'b', 'c']) }];
      return run(number, { kind: 'update', changes });
    },
    note: (number) => run(number, { kind: 'note', text: `A note of ${login}`, changes: [] }),
    reply: (number) => {
      const to = [{ name: 'Kim', address: 'kim@customer.example' }];
      return run(number, { kind: 'reply', to, cc: [], text: `An answer of ${login}` });
    },
    spam: (number) => run(number, { kind: pick(['spam', 'not-spam']) }),
    merge: (number) => desk.regroup.merge(number, pick(numbers), actor),
    unmerge: (number) => desk.regroup.unmerge(number, actor),
    split: async (number) => desk.regroup.split(number, await someMessage(number), actor),
    move: async (number) =>
      desk.regroup.move(number, await someMessage(number), pick(numbers), actor),
    putBack: async (number) => desk.regroup.putBack(number, await someMessage(number), actor),
    undo: (number) => desk.undo.undo(number, undefined, actor),
    undoAny: async (number) => desk.undo.undo(number, await someMessage(number), actor),
  };
  const names = [...Object.keys(deeds), 'set', 'set', 'tag', 'tag', 'note', 'note', 'undo'];

  for (let count = 0; count < commands; count += 1) {
    const deed = pick(names);
    const done = await deeds[deed](pick(numbers));
    if (!done.ok) {
      const key = `${deed} ${done.refusal.code}`;
      refused[key] = (refused[key] ?? 0) + 1;
      continue;
    }
    const { ticket, message, event } = done.value;
    acknowledged.push({ deed, ticket: event?.ticket ?? ticket, name: event?.name ?? message });
  }
  return { acknowledged, refused };
}

function plain(value) {
  if (value instanceof Map)
    return Object.fromEntries([...value].sort().map(([k, v]) => [k, plain(v)]));
  if (value instanceof Set) return [...value].sort();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

const tasks = {
  async work({ seed, numbers, commands, agents }) {
    const all = await Promise.all(
      agents.map((login, at) => agent({ seed: seed + at * 7919, login, numbers, commands })),
    );
    return {
      acknowledged: all.flatMap(({ acknowledged }) => acknowledged),
      refused: all.map(({ refused }) => refused),
    };
  },
  async complete() {
    await desk.index.sweep();
    await desk.regroup.complete();
    await desk.index.sweep();
  },
  /** As this process sees the tickets, with all that it kept in memory while it worked. */
  async fold() {
    const folds = {};
    for await (const number of desk.store.numbers()) {
      const folder = await desk.store.read(number);
      folds[number] = {
        ticket: plain(folder.ticket),
        events: folder.messages.map(({ event }) => [event.name, formatInstant(event.time)]),
      };
    }
    return folds;
  },
  async end() {
    await desk.learning.settled();
    await desk.close();
  },
};

process.on('message', async ({ task, ...given }) => {
  try {
    process.send({ task, value: await tasks[task](given) });
  } catch (error) {
    process.send({ task, failure: String(error?.stack ?? error) });
  }
  if (task === 'end') process.disconnect();
});
process.send({ task: 'ready' });
