/**
 * The steps that lead an admin from an empty folder to a desk that works.
 *
 * Owns: which steps there are, in which order, and when one counts as done. Promises: pure. A step that an editor has done in the files
 * counts like one that was done in the page.
 * Leaves to others: the facts (services/first-steps), what a step writes.
 */

export const stepNames = ['desk', 'sending', 'receiving', 'queue', 'colleague'] as const;

export type StepName = (typeof stepNames)[number];

export type StepState = 'open' | 'later' | 'done';

/** What people said of the steps in the page. */
export interface StepMarks {
  readonly done: readonly StepName[];
  readonly later: readonly StepName[];
}

/** How the desk is now. */
export interface StepFacts {
  /** The first address that the desk answers for. */
  readonly address: string;
  readonly hasSmarthost: boolean;
  /** Whether a mail has come in ever. */
  readonly hasMail: boolean;
  /** Whether a queue has addresses or a signature of its own. */
  readonly hasQueue: boolean;
  readonly agents: number;
}

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
}

export function isStepName(text: string): text is StepName {
  return stepNames.some((name) => name === text);
}

export function stepsOf(marks: StepMarks, facts: StepFacts): readonly Step[] {
  return stepNames.map((name) => ({ name, state: stateOf(name, marks, facts) }));
}

function stateOf(name: StepName, { done, later }: StepMarks, facts: StepFacts): StepState {
  if (done.includes(name) || isDoneByFacts(name, facts)) return 'done';
  return later.includes(name) ? 'later' : 'open';
}

function isDoneByFacts(name: StepName, facts: StepFacts): boolean {
  switch (name) {
    case 'desk':
      return !isPlaceholder(facts.address);
    case 'sending':
      return facts.hasSmarthost;
    case 'receiving':
      return facts.hasMail;
    case 'queue':
      return facts.hasQueue;
    case 'colleague':
      return facts.agents > 1;
  }
}

/** An address that nobody outside of this machine can write to. */
export function isPlaceholder(address: string): boolean {
  return /@localhost$/i.test(address);
}

/** Where the page goes on: the first open step after this one, else the first at all; undefined when none is open. */
export function nextStep(steps: readonly Step[], after?: StepName): StepName | undefined {
  const at = after === undefined ? -1 : stepNames.indexOf(after);
  const open = steps.filter(({ state }) => state === 'open').map(({ name }) => name);
  return open.find((name) => stepNames.indexOf(name) > at) ?? open[0];
}

/** The marks after somebody said so of a step. */
export function markStep(
  { done, later }: StepMarks,
  name: StepName,
  state: 'done' | 'later',
): StepMarks {
  const without = (names: readonly StepName[]) => names.filter((each) => each !== name);
  const inOrder = (names: readonly StepName[]) => stepNames.filter((each) => names.includes(each));
  return state === 'done'
    ? { done: inOrder([...done, name]), later: without(later) }
    : { done: without(done), later: inOrder([...later, name]) };
}
