/**
 * What routing rules did to a ticket, as sentences.
 *
 * Promises: pure; each rule that fired has a sentence, and what it did is not told twice.
 */
import { readFiredRules } from '../../../core/rules/outcome.ts';
import type { RuleField } from '../../../core/rules/rule.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import type { EventLine, EventWords } from './change-words.ts';
import { priorityKeys, stateLooks } from './states.ts';

const fieldLooks: Readonly<Record<RuleField, { readonly key: string; readonly sign: string }>> = {
  queue: { key: 'rule.queue', sign: 'move' },
  priority: { key: 'rule.priority', sign: 'flag' },
  state: { key: 'rule.state', sign: 'hist' },
  owner: { key: 'rule.owner', sign: 'user' },
  sla: { key: 'rule.sla', sign: 'clock' },
};

export function ruleLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const { locale } = words;
  return readFiredRules(event.fields).flatMap(({ name, set, tags, autoReply }) => {
    const line = (sign: string, key: string, value = ''): EventLine => ({
      sign,
      sentence: locale.markup(key, { rule: name, value }),
    });
    const lines = [
      ...[...set].map(([field, value]) => {
        const { key, sign } = fieldLooks[field];
        return line(sign, key, valueText(field, value, words));
      }),
      ...tags.map((tag) => line('tag', 'rule.tag', tag)),
      ...(autoReply ? [] : [line('auto', 'rule.no-auto-reply')]),
    ];
    return lines.length > 0 ? lines : [line('hist', 'rule.fired')];
  });
}

/** The changes that no rule accounts for. */
export function withoutRuled(event: TicketEvent): readonly Change[] {
  const rules = readFiredRules(event.fields);
  if (rules.length === 0) return event.changes;
  return event.changes.filter((change) => {
    if (change.kind === 'set')
      return !rules.some(({ set }) =>
        [...set].some(([field, value]) => field === change.field && value === change.value),
      );
    return (
      change.kind === 'remove' ||
      change.set !== 'tag' ||
      !rules.some(({ tags }) => tags.includes(change.value))
    );
  });
}

function valueText(field: RuleField, value: string, { locale, nameOf }: EventWords): string {
  switch (field) {
    case 'priority':
      return isPriority(value) ? locale.text(priorityKeys[value]) : value;
    case 'state':
      return isTicketState(value) ? locale.text(stateLooks[value].key) : value;
    case 'owner':
      return nameOf(value);
    case 'queue':
    case 'sla':
      return value;
  }
}
