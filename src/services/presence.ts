/**
 * Who looks at a ticket just now, and who types in it.
 *
 * Owns: that knowledge, in memory alone: it is never written into a ticket and is lost with the process.
 * Promises: whoever says nothing more is gone after a while, so that a page that vanished or a node that died
 * leaves nobody behind; listeners are told of each change once; memory is bounded.
 * Leaves to others: how pages tell it (edges/http/routes/presence.ts). A desk of many nodes puts another adapter here.
 */
import { type Clock, type Duration, type Instant, second, toInstant } from '../base/clock.ts';
import type { TicketNumber } from '../core/ticket/number.ts';

/** One page of one agent. */
export interface Seat {
  /** Unlike that of any other page; a page that comes back takes its own again. */
  readonly id: string;
  readonly ticket: TicketNumber;
  /** Login. */
  readonly agent: string;
}

export type Doing = 'looks' | 'answers' | 'notes';

export interface Present {
  readonly agent: string;
  readonly does: Doing;
}

export interface Presence {
  /** Looks until `leave`, or for the time given when nothing more is heard. */
  look(seat: Seat, lasts: Duration): void;
  /** Types; looks again some seconds after the last word of it. Only who looks can type. */
  type(id: string, what: Exclude<Doing, 'looks'>): void;
  /** Looks but does not type any more. */
  rest(id: string): void;
  /** The same again for the time given; whoever is gone stays away. */
  renew(id: string, lasts: Duration): void;
  leave(id: string): void;
  /** Each agent once, by what is most to know of him; who types comes first, then by login. */
  at(ticket: TicketNumber): readonly Present[];
  /** Where anybody is. */
  tickets(): readonly TicketNumber[];
  /** Called with each ticket at which something changed; the returned function ends it. */
  onChange(listener: (ticket: TicketNumber) => void): () => void;
  close(): void;
}

interface Place extends Seat {
  readonly until: Instant;
  readonly types: { readonly what: Exclude<Doing, 'looks'>; readonly until: Instant } | undefined;
}

/** Whoever types sends word of it every two or three seconds. */
const typingLasts = 6 * second;
const mostSeats = 20_000;

export function createPresence({ clock }: { readonly clock: Clock }): Presence {
  const places = new Map<string, Place>();
  const byTicket = new Map<TicketNumber, Set<string>>();
  const listeners = new Set<(ticket: TicketNumber) => void>();
  let cancel = () => {};

  function at(ticket: TicketNumber): readonly Present[] {
    const now = clock.now();
    const doing = new Map<string, Doing>();
    for (const id of byTicket.get(ticket) ?? []) {
      const place = places.get(id);
      if (place === undefined || place.until <= now) continue;
      const does =
        place.types !== undefined && place.types.until > now ? place.types.what : 'looks';
      const known = doing.get(place.agent);
      if (known === undefined || rank[does] < rank[known]) doing.set(place.agent, does);
    }
    return [...doing]
      .map(([agent, does]) => ({ agent, does }))
      .sort(
        (one, other) => rank[one.does] - rank[other.does] || (one.agent < other.agent ? -1 : 1),
      );
  }

  /** Changes what is known, and tells of it when that makes a difference to somebody. */
  function change(ticket: TicketNumber, work: () => void): void {
    const before = JSON.stringify(at(ticket));
    work();
    watch();
    if (JSON.stringify(at(ticket)) === before) return;
    for (const listener of listeners) listener(ticket);
  }

  function put(place: Place): void {
    remove(place.id);
    places.set(place.id, place);
    const seats = byTicket.get(place.ticket) ?? new Set();
    byTicket.set(place.ticket, seats.add(place.id));
  }

  function remove(id: string): void {
    const place = places.get(id);
    if (place === undefined) return;
    places.delete(id);
    const seats = byTicket.get(place.ticket);
    seats?.delete(id);
    if (seats?.size === 0) byTicket.delete(place.ticket);
  }

  /** One timer, for whatever ends next. */
  function watch(): void {
    cancel();
    cancel = () => {};
    let next = Number.POSITIVE_INFINITY;
    for (const { until, types } of places.values())
      next = Math.min(next, types?.until ?? until, until);
    if (next === Number.POSITIVE_INFINITY) return;
    cancel = clock.after(Math.max(1, next - clock.now()), expire);
  }

  function expire(): void {
    const now = clock.now();
    const touched = new Set<TicketNumber>();
    for (const place of [...places.values()]) {
      if (place.until <= now) remove(place.id);
      else if (place.types !== undefined && place.types.until <= now)
        put({ ...place, types: undefined });
      else continue;
      touched.add(place.ticket);
    }
    watch();
    for (const ticket of touched) for (const listener of listeners) listener(ticket);
  }

  function leave(id: string): void {
    const place = places.get(id);
    if (place !== undefined) change(place.ticket, () => remove(id));
  }

  return {
    at,
    tickets: () => [...byTicket.keys()],
    leave,
    look(seat, lasts) {
      const known = places.get(seat.id);
      if (known === undefined && places.size >= mostSeats) return;
      // A page shows one ticket for as long as it lives; another one under its name is a new page.
      if (known !== undefined && known.ticket !== seat.ticket) leave(seat.id);
      const until = toInstant(clock.now() + lasts);
      const types = known?.ticket === seat.ticket ? known.types : undefined;
      change(seat.ticket, () => put({ ...seat, until, types }));
    },
    type(id, what) {
      const place = places.get(id);
      if (place === undefined) return;
      const until = toInstant(clock.now() + typingLasts);
      change(place.ticket, () => put({ ...place, types: { what, until } }));
    },
    rest(id) {
      const place = places.get(id);
      if (place !== undefined) change(place.ticket, () => put({ ...place, types: undefined }));
    },
    renew(id, lasts) {
      const place = places.get(id);
      if (place === undefined) return;
      put({ ...place, until: toInstant(clock.now() + lasts) });
      watch();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      cancel();
      places.clear();
      byTicket.clear();
      listeners.clear();
    },
  };
}

const rank: Readonly<Record<Doing, number>> = { answers: 0, notes: 1, looks: 2 };
