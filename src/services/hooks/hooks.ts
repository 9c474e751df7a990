/**
 * Tells webhooks and programs what happens in the desk.
 *
 * Promises: each event that a hook asks for is written down before it is told, and told at least once, also after a crash, with
 * the same id; an event from before the hook was there is not told. A hook is told one thing at a time, the oldest
 * first; one that is away is tried again after longer and longer pauses, what it refuses does not hold up the rest, and what
 * nobody takes within the hook's time is set aside and named among the problems.
 * Leaves to others: what happened (core/hooks), the files (hook-files.ts), the telling (tell.ts).
 */
import { type Clock, type Duration, type Instant, toInstant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomBelow } from '../../base/random.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { ConfigProblem, LiveConfig } from '../../config/config.ts';
import { retryDelay, withJitter } from '../../core/delivery/backoff.ts';
import { whatHappened } from '../../core/hooks/happenings.ts';
import type { Hook } from '../../core/hooks/hook.ts';
import { isWithinQueue } from '../../core/ticket/queue-name.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { FiledEvent } from '../follower.ts';
import type { Counter } from '../metrics.ts';
import { type HookFiles, tellingName, type WaitingTelling } from './hook-files.ts';
import { formatTelling, type HookWords } from './payload.ts';
import type { Teller, TellOutcome } from './tell.ts';

export interface Hooks {
  /** Opens the files; to be called before anything is noted. */
  start(): Promise<void>;
  /** Writes down who is to be told of the event. */
  note(filed: FiledEvent): Promise<void>;
  /** Looks for what others put back, and removes what is too old. */
  sweep(): Promise<void>;
  /** Resolves when nothing is due. */
  settled(): Promise<void>;
  stop(): Promise<void>;
  /** Hooks that are away or did not take something, for the page of problems. */
  problems(): readonly ConfigProblem[];
}

export interface HooksDeps {
  readonly files: HookFiles;
  readonly tell: Teller;
  readonly words: HookWords;
  readonly reader: Pick<TicketReader, 'readMail'>;
  readonly config: Pick<LiveConfig, 'current'>;
  /** Where people reach the viewer. */
  readonly viewer: () => string;
  readonly counter: Counter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** How it stands with one hook; nothing that must survive. */
interface Course {
  waiting: WaitingTelling[];
  /** What it refused, with the attempts so far. */
  readonly later: Map<string, { attempts: number; at: Instant; reason: string }>;
  failures: number;
  pausedUntil: Instant;
  /** Why the last attempt failed. */
  reason: string | undefined;
  cancel: () => void;
}

export function createHooks(deps: HooksDeps): Hooks {
  const { files, config, clock, log, random } = deps;
  const courses = new Map<string, Course>();
  const serial = createKeyedSerial();
  const given = new Map<string, number>();
  const since = new Map<string, Instant>();
  let isOpen = false;
  let isStopped = false;

  const hooks = () => config.current().hooks ?? [];
  const jitter = () => randomBelow(random, 1000) / 1000;

  async function open(): Promise<void> {
    if (isOpen || hooks().length === 0) return;
    await files.open();
    isOpen = true;
  }

  function courseOf(hook: string): Course {
    const known = courses.get(hook);
    if (known !== undefined) return known;
    const course: Course = {
      waiting: [],
      later: new Map(),
      failures: 0,
      pausedUntil: toInstant(0),
      reason: undefined,
      cancel: () => {},
    };
    courses.set(hook, course);
    return course;
  }

  async function note(filed: FiledEvent): Promise<void> {
    if (hooks().length === 0) return;
    const { event, after } = filed;
    const what = whatHappened(filed);
    for (const hook of hooks()) {
      const wanted = what.filter((each) => hook.on.has(each));
      if (wanted.length === 0 || !isIn(hook, after.queue, filed.before?.queue)) continue;
      if (event.time < (await sinceOf(hook.name))) continue;
      const name = tellingName(hook.name, event.time, `${filed.number} ${event.name}`);
      const mail = hook.text ? await deps.reader.readMail(filed.number, event.name) : undefined;
      const told = { hook: hook.name, id: name, what: wanted, event, ticket: after, mail };
      const text = formatTelling(
        { ...told, withText: hook.text, viewer: deps.viewer() },
        deps.words,
      );
      const telling = await files.add(name, text);
      if (telling === undefined) continue;
      courseOf(hook.name).waiting.push(telling);
      pump(hook.name);
    }
  }

  async function sinceOf(hook: string): Promise<Instant> {
    const known = since.get(hook) ?? (await files.sinceOf(hook));
    since.set(hook, known);
    return known;
  }

  /** What waits on the disk is what has to be told. */
  async function scan(): Promise<void> {
    const waiting = await files.waiting();
    for (const { name } of hooks()) {
      const course = courseOf(name);
      course.waiting = waiting.filter(({ hook }) => hook === name);
      pump(name);
    }
  }

  function pump(name: string): void {
    const course = courseOf(name);
    course.cancel();
    course.cancel = () => {};
    if (isStopped || course.waiting.length === 0) return;
    const now = clock.now();
    const next = course.waiting.find((each) => (course.later.get(each.name)?.at ?? 0) <= now);
    if (course.pausedUntil <= now && next !== undefined) {
      void serial.run(name, () => work(name, next));
      return;
    }
    const times = course.waiting.map(({ name: each }) => course.later.get(each)?.at ?? 0);
    const at = Math.max(course.pausedUntil, Math.min(...times));
    course.cancel = clock.after(Math.max(1, at - now), () => pump(name));
  }

  async function work(name: string, telling: WaitingTelling): Promise<void> {
    const course = courseOf(name);
    const hook = hooks().find((each) => each.name === name);
    // What was asked for twice is done, and what failed meanwhile has its pause.
    if (hook === undefined || !course.waiting.includes(telling)) return;
    if (course.pausedUntil > clock.now()) return pump(name);
    course.waiting = course.waiting.filter((each) => each !== telling);
    try {
      await tellOne(hook, course, telling);
    } catch (error) {
      log.error('hooks.failed', { hook: name, telling: telling.name, cause: errorText(error) });
      pause(course, retryDelay(1));
    }
    pump(name);
  }

  async function tellOne(hook: Hook, course: Course, telling: WaitingTelling): Promise<void> {
    const taken = await files.take(telling);
    if (taken === undefined) return;
    const outcome = await deps.tell(hook, {
      id: telling.name,
      body: taken.text,
      words: wordsOf(taken.text),
    });
    deps.counter.add({ hook: hook.name, outcome: outcome.kind });
    if (outcome.kind === 'done') {
      course.failures = 0;
      course.reason = undefined;
      course.later.delete(telling.name);
      await taken.done();
      log.info('hooks.told', { hook: hook.name, telling: telling.name });
      return;
    }
    course.reason = outcome.reason;
    const isOver = clock.now() - telling.since >= hook.giveUpAfterMs;
    log.warn(isOver || outcome.kind === 'gone' ? 'hooks.given-up' : 'hooks.not-told', {
      hook: hook.name,
      telling: telling.name,
      reason: outcome.reason,
    });
    if (isOver || outcome.kind === 'gone') {
      course.later.delete(telling.name);
      given.set(hook.name, (given.get(hook.name) ?? 0) + 1);
      await taken.giveUp();
      return;
    }
    putOff(course, telling, outcome);
    await taken.release();
    course.waiting = [telling, ...course.waiting].toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  }

  function putOff(course: Course, telling: WaitingTelling, outcome: TellOutcome): void {
    if (outcome.kind === 'refused') {
      const attempts = (course.later.get(telling.name)?.attempts ?? 0) + 1;
      const at = toInstant(clock.now() + withJitter(retryDelay(attempts), jitter()));
      course.later.set(telling.name, { attempts, at, reason: outcome.reason });
      return;
    }
    course.failures += 1;
    const asked = outcome.kind === 'away' ? (outcome.waitMs ?? 0) : 0;
    pause(course, Math.max(asked, withJitter(retryDelay(course.failures), jitter())));
  }

  function pause(course: Course, pauseMs: Duration): void {
    course.pausedUntil = toInstant(clock.now() + pauseMs);
  }

  function problems(): readonly ConfigProblem[] {
    return hooks().flatMap(({ name }) => {
      const course = courses.get(name);
      const lost = given.get(name) ?? 0;
      const file = `hooks/${name}.yaml`;
      const report = (reason: string) => [{ file, line: undefined, reason }];
      const [refused] = course?.later.values() ?? [];
      const reason = (course?.failures ?? 0) > 1 ? course?.reason : refused?.reason;
      if (reason !== undefined)
        return report(`The hook is not told: ${reason}. ${course?.waiting.length} wait`);
      return lost === 0
        ? []
        : report(`${lost} were given up; "maildesk hook retry ${name}" tells them again`);
    });
  }

  return {
    async start() {
      await open();
      if (!isOpen) return;
      for (const { name } of hooks()) await sinceOf(name);
      await scan();
    },
    note,
    async sweep() {
      await open();
      if (!isOpen) return;
      for (const { name } of hooks()) await sinceOf(name);
      await files.prune(hooks().map(({ name }) => name));
      const failed = await files.failed();
      given.clear();
      for (const { hook } of failed) given.set(hook, (given.get(hook) ?? 0) + 1);
      await scan();
    },
    settled: () => serial.idle(),
    async stop() {
      isStopped = true;
      for (const course of courses.values()) course.cancel();
      await serial.idle();
    },
    problems,
  };
}

function isIn({ queues }: Hook, ...names: readonly (string | undefined)[]): boolean {
  if (queues === undefined) return true;
  return names.some(
    (name) => name !== undefined && queues.some((queue) => isWithinQueue(name, queue)),
  );
}

/** For programs: what happened, with commas, and the number of the ticket. */
function wordsOf(text: string): readonly string[] {
  const told: unknown = JSON.parse(text);
  if (typeof told !== 'object' || told === null) return [];
  const happened = 'happened' in told && Array.isArray(told.happened) ? told.happened : [];
  const ticket = 'ticket' in told ? told.ticket : null;
  const isTicket = typeof ticket === 'object' && ticket !== null && 'number' in ticket;
  return [happened.join(','), ...(isTicket ? [String(ticket.number)] : [])];
}
