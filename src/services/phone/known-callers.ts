/**
 * A call that is noted with a number alone is that of whoever has the number.
 *
 * Promises: who is named stays; where nobody or several have the number the customer is the number itself.
 */
import type { NewTicket } from '../../core/ticket/decide.ts';
import type { Tickets } from '../tickets.ts';
import type { Callers } from './callers.ts';

export function withKnownCallers(tickets: Tickets, callers: Callers): Tickets {
  async function name(request: NewTicket): Promise<NewTicket> {
    if (request.via !== 'phone' || request.customer !== undefined) return request;
    const number = callers.read(request.phone ?? '');
    if (number === undefined) return request;
    return { ...request, customer: (await callers.find(number)).customer };
  }

  return {
    ...tickets,
    openNew: async (request, actor) => tickets.openNew(await name(request), actor),
  };
}
