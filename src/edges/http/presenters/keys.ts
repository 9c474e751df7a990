/**
 * The keys on the pages: what buttons and links carry, what the help lists, and the page where an agent changes them.
 *
 * Owns: what each action of the table is called. Promises: pure; the help lists every action once, with the agent's own key.
 */
import {
  type AgentKeys,
  findKeyConflicts,
  type KeyConflict,
  type KeySettings,
  keySigns,
  keysOf,
  usualKeys,
} from '../../../core/keys/agent-keys.ts';
import {
  type KeyAction,
  type KeyGroup,
  keyGroups,
  keyTable,
} from '../../../core/keys/key-table.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { Visit } from '../visit.ts';

const groupTexts: Readonly<Record<KeyGroup, string>> = {
  moving: 'keys.group.moving',
  choosing: 'keys.group.choosing',
  ticket: 'keys.group.ticket',
  answers: 'keys.group.answers',
  going: 'keys.group.going',
  desk: 'keys.group.desk',
};

const actionTexts: Readonly<Record<KeyAction, string>> = {
  next: 'keys.next',
  previous: 'keys.previous',
  open: 'keys.open',
  back: 'keys.back',
  'next-ticket': 'keys.next-ticket',
  'previous-ticket': 'keys.previous-ticket',
  first: 'keys.first',
  last: 'keys.last',
  fresh: 'keys.fresh',
  fold: 'keys.fold',
  tick: 'tidy.keys.tick',
  'tick-all': 'keys.tick-all',
  'tick-none': 'keys.tick-none',
  answer: 'keys.answer',
  'answer-all': 'keys.answer-all',
  note: 'keys.note',
  forward: 'compose.key-forward',
  appointment: 'appointment.key',
  take: 'keys.take',
  'hand-over': 'team.hand-over',
  level: 'team.key-level',
  close: 'keys.close',
  wait: 'keys.wait',
  snooze: 'snooze.key',
  watch: 'keys.watch',
  merge: 'tidy.keys.merge',
  spam: 'tidy.keys.spam',
  remove: 'keys.remove',
  more: 'keys.more',
  undo: 'tidy.keys.undo',
  play: 'media.key-play',
  larger: 'media.key-larger',
  smaller: 'media.key-smaller',
  fit: 'media.key-fit',
  'turn-page': 'media.key-turn',
  'offer-1': 'keys.offer-first',
  'offer-2': 'keys.offer-second',
  'offer-3': 'keys.offer-third',
  'go-mine': 'tree.mine',
  'go-waiting': 'tree.waiting',
  'go-unowned': 'tree.unowned',
  'go-open': 'tree.all-open',
  'go-queue': 'keys.go-queue',
  'go-escalations': 'tree.escalations',
  'go-answers': 'tree.answers',
  'go-scheduled': 'tree.scheduled',
  'go-overview': 'tree.overview',
  'go-notifications': 'notify.title',
  new: 'compose.key-new',
  search: 'keys.search',
  help: 'keys.help',
};

/** Actions that the help tells of in one line. */
const together: readonly { readonly text: string; readonly actions: readonly KeyAction[] }[] = [
  { text: 'keys.move', actions: ['next', 'previous'] },
  { text: 'keys.other-tickets', actions: ['next-ticket', 'previous-ticket'] },
  { text: 'offers.keys', actions: ['offer-1', 'offer-2', 'offer-3'] },
];

/** Done by the script itself; all others press what carries their key. */
const scripted: ReadonlySet<KeyAction> = new Set<KeyAction>([
  'next',
  'previous',
  'open',
  'next-ticket',
  'previous-ticket',
  'first',
  'last',
  'fold',
  'tick',
  'tick-all',
  'tick-none',
  'go-queue',
  'help',
]);

/** No character alone: they stay when single keys are off, and nobody changes them. */
const fixedKeys: readonly {
  readonly group: KeyGroup;
  readonly signs: readonly string[];
  readonly text: string;
}[] = [
  { group: 'moving', signs: ['↑', '↓'], text: 'keys.arrows' },
  { group: 'answers', signs: ['Alt 1', '… 3'], text: 'offers.keys-writing' },
  { group: 'answers', signs: ['::'], text: 'offers.keys-shortcut' },
  { group: 'answers', signs: ['Ctrl ↵'], text: 'keys.send' },
  { group: 'desk', signs: ['Ctrl K'], text: 'palette.title' },
  { group: 'desk', signs: ['Esc'], text: 'keys.escape' },
];

/** The places that have a key, by action. */
export type KeyPlaces = Readonly<Partial<Record<KeyAction, string>>>;

/** By action, for the buttons and links of a page; all empty where single keys are off. */
export function pageKeys({ agent }: Pick<Visit, 'agent'>): Readonly<Record<string, string>> {
  const { isOff } = agent.keys ?? usualKeys;
  const keys = [...keysOf(agent.keys ?? usualKeys)];
  return Object.fromEntries(keys.map(([id, key]) => [id, isOff ? '' : key]));
}

interface HelpRow {
  readonly text: string;
  readonly href: string | undefined;
  readonly keys: readonly {
    readonly key: string;
    /** What the script does itself. */
    readonly act: string | undefined;
  }[];
}

/** What there is a key for; an action that the agent left without one is not told of. */
export function presentKeyHelp({ agent, locale }: Visit, places: KeyPlaces) {
  const settings = agent.keys ?? usualKeys;
  const keys = keysOf(settings);
  return {
    isOff: settings.isOff,
    groups: keyGroups.map((group) => ({
      text: locale.text(groupTexts[group]),
      rows: settings.isOff ? [] : rowsOf(group, keys, places, locale),
      fixed: fixedKeys
        .filter((row) => row.group === group)
        .map(({ signs, text }) => ({ signs, text: locale.text(text) })),
    })),
  };
}

function rowsOf(
  group: KeyGroup,
  keys: AgentKeys,
  places: KeyPlaces,
  locale: Locale,
): readonly HelpRow[] {
  return keyTable.flatMap(({ id, group: own }) => {
    const shared = together.find(({ actions }) => actions.includes(id));
    if (own !== group || (shared !== undefined && shared.actions[0] !== id)) return [];
    const shown = (shared?.actions ?? [id]).flatMap((action) => {
      const key = keys.get(action) ?? '';
      return key === '' ? [] : [{ key, act: scripted.has(action) ? action : undefined }];
    });
    const href = places[id];
    if (shown.length === 0 || (group === 'going' && !scripted.has(id) && href === undefined))
      return [];
    return [{ text: locale.text(shared?.text ?? actionTexts[id]), href, keys: shown }];
  });
}

/** A wish that cannot be had, by action. */
export type KeyProblems = ReadonlyMap<KeyAction, string>;

export function presentKeyProblems(
  wished: ReadonlyMap<KeyAction, string>,
  locale: Locale,
): KeyProblems {
  const sentence = ({ other, key }: KeyConflict) =>
    locale.text('keys.taken', {
      key: keySigns(key).join(' '),
      action: locale.text(actionTexts[other]),
    });
  return new Map(findKeyConflicts(wished).map((each) => [each.action, sentence(each)]));
}

/** The page of settings: `typed` stands in the fields where something was refused. */
export function presentKeySettings(
  settings: KeySettings,
  locale: Locale,
  refused?: { readonly typed: ReadonlyMap<KeyAction, string>; readonly problems: KeyProblems },
) {
  const keys = keysOf(settings);
  const toRow = ({ id, key }: (typeof keyTable)[number]) => ({
    id,
    text: locale.text(actionTexts[id]),
    value: refused?.typed.get(id) ?? keys.get(id) ?? '',
    usual: key,
    isChanged: settings.changed.has(id),
    problem: refused?.problems.get(id),
  });
  return {
    isOff: settings.isOff,
    isChanged: settings.changed.size > 0,
    hasProblems: refused !== undefined,
    groups: keyGroups.map((group) => ({
      id: group,
      text: locale.text(groupTexts[group]),
      rows: keyTable.filter((row) => row.group === group).map(toRow),
    })),
  };
}
