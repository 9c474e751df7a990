/**
 * What the rules that fired do to a ticket, and how that stands in the Ticket block.
 *
 * Owns: `Ticket-Rule` (docs/FORMAT.md). Promises: pure; each rule that fired leaves its name and what of
 * it held in the end.
 */
import {
  type BlockFields,
  type Change,
  formatParameters,
  parseParameters,
} from '../ticket/event.ts';
import { type Rule, type RuleField, ruleFields } from './rule.ts';

export interface Routing {
  readonly changes: readonly Change[];
  /** Fields of the block: name without `Ticket-`, value. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Name of the rule that says that nobody is answered automatically. */
  readonly silencedBy: string | undefined;
}

export function routeBy(fired: readonly Rule[]): Routing {
  const setters = new Map<RuleField, { readonly value: string; readonly rule: Rule }>();
  const taggers = new Map<string, Rule>();
  for (const rule of fired) {
    for (const [field, value] of rule.actions.set) setters.set(field, { value, rule });
    for (const tag of rule.actions.tags) taggers.set(tag, rule);
  }
  const silencer = fired.find(({ actions }) => !actions.autoReply);
  const fieldOf = (rule: Rule): readonly [string, string] => {
    const set = [...setters].filter(([, setter]) => setter.rule === rule);
    const tags = [...taggers].flatMap(([tag, tagger]) => (tagger === rule ? [tag] : []));
    return [
      'Rule',
      formatParameters(rule.name, {
        file: rule.file,
        ...Object.fromEntries(set.map(([field, { value }]) => [field, value])),
        tags: tags.join(' '),
        'auto-reply': rule.actions.autoReply ? '' : 'no',
      }),
    ];
  };
  return {
    changes: [
      ...[...setters].map(([field, { value }]): Change => ({ kind: 'set', field, value })),
      ...[...taggers.keys()].map((value): Change => ({ kind: 'add', set: 'tag', value })),
    ],
    fields: fired.map(fieldOf),
    silencedBy: silencer?.name,
  };
}

/** The changes of a mail with those of the rules, which stand in for others of the same field. */
export function withRouting(
  changes: readonly Change[],
  { changes: routed }: Pick<Routing, 'changes'>,
): readonly Change[] {
  const fields = new Set(routed.flatMap((change) => (change.kind === 'set' ? [change.field] : [])));
  const kept = changes.filter((change) => change.kind !== 'set' || !fields.has(change.field));
  return [...kept, ...routed];
}

/** A rule that fired, as the block tells of it. */
export interface FiredRule {
  readonly name: string;
  readonly file: string;
  readonly set: ReadonlyMap<RuleField, string>;
  readonly tags: readonly string[];
  readonly autoReply: boolean;
}

/** Reads what `routeBy` writes; fields as in `TicketEvent.fields` (lower-case names). */
export function readFiredRules(fields: BlockFields): readonly FiredRule[] {
  return (fields.get('rule') ?? []).map((value) => {
    const parameters = parseParameters(value);
    const set = ruleFields.flatMap((field) => {
      const set = parameters.get(field);
      return set === undefined ? [] : [[field, set] as const];
    });
    return {
      name: parameters.get('') ?? '',
      file: parameters.get('file') ?? '',
      set: new Map(set),
      tags: (parameters.get('tags') ?? '').split(' ').filter((tag) => tag !== ''),
      autoReply: parameters.get('auto-reply') !== 'no',
    };
  });
}
