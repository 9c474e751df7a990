/**
 * The first steps of a desk: how far they have come, and what each writes.
 *
 * Owns: `config/first-steps.yaml`. Promises: what is done is seen in the desk's own files, so a step that an editor did counts too; the
 * file only remembers what people said beside. While it is there the steps are offered to admins; without it never.
 * Leaves to others: the page (edges/http), what a step writes (the files beside this one).
 */
import { isFault } from '../../base/fault.ts';
import type { Random } from '../../base/random.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import { type DeskFiles, readIfThere, replaceFile } from '../../config/desk-files.ts';
import { firstStepsFile, formatFirstSteps, parseFirstSteps } from '../../config/first-steps.ts';
import {
  markStep,
  type Step,
  type StepMarks,
  type StepName,
  stepsOf,
} from '../../core/first-steps/steps.ts';
import type { ColleagueStep } from './colleague-step.ts';
import type { DeskStep } from './desk-step.ts';
import type { FixedSettings } from './fixed-settings.ts';
import type { MailboxStep } from './mailbox-step.ts';
import type { QueueStep } from './queue-step.ts';
import type { SendingStep } from './sending-step.ts';

/** Where the desk takes mail, as it really listens. */
export interface Listening {
  readonly smtp: Place | undefined;
  readonly lmtp: Place | undefined;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

export interface FirstSteps {
  /** Whether they are offered. */
  isOffered(): boolean;
  /** Reads the file again. */
  load(): Promise<void>;
  steps(facts: { readonly hasMail: boolean }): readonly Step[];
  mark(name: StepName, state: 'done' | 'later'): Promise<void>;
  /** Offers them no more; all that was written stays. */
  putAway(): Promise<void>;
  /** Offers them again, with nothing remembered. */
  takeOut(): Promise<void>;
  readonly desk: DeskStep;
  readonly sending: SendingStep;
  readonly mailbox: MailboxStep;
  readonly queue: QueueStep;
  readonly colleague: ColleagueStep;
  readonly fixed: FixedSettings;
  listening(): Listening;
}

type StepPart = 'desk' | 'sending' | 'mailbox' | 'queue' | 'colleague' | 'fixed' | 'listening';

export interface FirstStepsDeps extends Pick<FirstSteps, StepPart> {
  readonly files: DeskFiles;
  /** The desk. */
  readonly directory: string;
  readonly random: Random;
  readonly config: () => Config;
  readonly countAgents: () => number;
}

const nothingSaid: StepMarks = { done: [], later: [] };

export async function createFirstSteps(deps: FirstStepsDeps): Promise<FirstSteps> {
  const { files, directory, config, countAgents } = deps;
  const { desk, sending, mailbox, queue, colleague, fixed, listening } = deps;
  const serial = createKeyedSerial();
  const path = `${directory}/config/${firstStepsFile}`;
  let marks = await read();

  /** A file that cannot be read now offers nothing; nobody's work depends on it. */
  async function read(): Promise<StepMarks | undefined> {
    try {
      const text = await readIfThere(files, path);
      return text === undefined ? undefined : parseFirstSteps(text);
    } catch (error) {
      if (!isFault(error)) throw error;
      return undefined;
    }
  }

  async function write(next: StepMarks): Promise<void> {
    await replaceFile(deps, { path, text: formatFirstSteps(next), mode: 0o640 });
    marks = next;
  }

  async function load(): Promise<void> {
    marks = await read();
  }

  return {
    isOffered: () => marks !== undefined,
    load: () => serial.run('file', load),
    steps({ hasMail }) {
      const { desk: settings, queues } = config();
      return stepsOf(marks ?? nothingSaid, {
        address: settings.addresses[0] ?? '',
        hasSmarthost: settings.smarthost !== undefined,
        hasMail,
        hasQueue: queues.some(isOfOurOwn),
        agents: countAgents(),
      });
    },
    mark: (name, state) =>
      serial.run('file', async () => {
        await load();
        // Put away: whoever goes through the page once more leaves no trace but the settings.
        if (marks !== undefined) await write(markStep(marks, name, state));
      }),
    putAway: () =>
      serial.run('file', async () => {
        if (await files.unlink(path)) await files.syncDirectory(`${directory}/config`);
        marks = undefined;
      }),
    takeOut: () => serial.run('file', async () => write(nothingSaid)),
    desk,
    sending,
    mailbox,
    queue,
    colleague,
    fixed,
    listening,
  };
}

/** A queue that somebody gave an address or a signature; those of a new desk have neither. */
function isOfOurOwn(
  { addresses, signature, signatureFile, name }: Config['queues'][number],
  at: number,
): boolean {
  // The default queue stands first and takes the addresses of the desk as well.
  const own = at === 0 ? signature !== '' : addresses.length > 0 || signature !== '';
  return (own || signatureFile !== undefined) && name !== '';
}
