/**
 * What targets made of a ticket, for figures: those that ended, met or missed, where they ended; and whether it is late.
 *
 * Promises: the targets and calendars that hold now are laid over the past; what is owed still is neither met nor missed.
 */
import type { Instant } from '../../base/clock.ts';
import { standingAt, type TicketStory } from '../../core/figures/story.ts';
import type { EndedTarget, TargetFacts } from '../../core/figures/tally.ts';
import type { DueBook } from '../escalation/due-book.ts';
import type { TicketRecord } from '../index/index.ts';

export type ReadTargets = (record: TicketRecord, story: TicketStory, now: Instant) => TargetFacts;

const none: readonly EndedTarget[] = [];

export function createTargetReader(
  due: Pick<DueBook, 'of' | 'past' | 'measureOf' | 'revision'>,
): ReadTargets {
  let known = new WeakMap<TicketRecord, readonly EndedTarget[]>();
  let revision = due.revision();

  function endedOf(record: TicketRecord, story: TicketStory): readonly EndedTarget[] {
    if (Object.keys(due.measureOf(record).targets.times).length === 0) return none;
    if (due.revision() !== revision) {
      known = new WeakMap();
      revision = due.revision();
    }
    const before = known.get(record);
    if (before !== undefined) return before;
    const ended = due.past(record).flatMap((clock): readonly EndedTarget[] => {
      if (clock.ended === undefined || clock.target === undefined) return [];
      const place = standingAt(story, clock.ended);
      if (place === undefined) return [];
      const { queue, owner } = place;
      return [
        { kind: clock.kind, ended: clock.ended, isMet: clock.outcome === 'met', queue, owner },
      ];
    });
    known.set(record, ended);
    return ended;
  }

  return (record, story, now) => {
    const next = due.of(record).next?.due;
    return { ended: endedOf(record, story), isLate: next !== undefined && next <= now };
  };
}
