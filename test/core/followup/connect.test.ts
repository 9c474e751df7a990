import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import {
  type ConnectedTicket,
  connectTickets,
  vouchesFor,
} from '../../../src/core/followup/connect.ts';
import type { MailHeader } from '../../../src/core/message/mail.ts';
import { toMessageId } from '../../../src/core/message/message-id.ts';
import {
  counterOf,
  formatTicketNumber,
  type TicketNumber,
} from '../../../src/core/ticket/number.ts';

const one = formatTicketNumber('20261123', 1);
const two = formatTicketNumber('20261123', 2);
const three = formatTicketNumber('20261123', 3);

function ticket(number: TicketNumber, more: Partial<ConnectedTicket> = {}): ConnectedTicket {
  const created = toInstant(counterOf(number));
  const plain = { created, links: [], absorbed: [], vouches: true, staysClosed: false };
  return { number, ...plain, ...more };
}

describe('connectTickets', () => {
  it('merges all into the oldest, whichever the mail is in', () => {
    const tickets = [ticket(three), ticket(one), ticket(two)];
    for (const home of [one, two, three]) {
      expect(connectTickets(home, tickets)).toEqual({
        survivor: one,
        merged: [two, three],
        suggested: [],
      });
    }
  });

  it('lets a mail into one ticket by its references alone; of another one a person is asked', () => {
    const tickets = [
      ticket(one, { vouches: false }),
      ticket(two),
      ticket(three, { vouches: false }),
    ];
    expect(connectTickets(three, tickets)).toEqual({
      survivor: two,
      merged: [three],
      suggested: [one],
    });
  });

  it.each(['related', 'apart', 'parent', 'child'])(
    'leaves two tickets two that a link "%s" parts, also through what was merged',
    (kind) => {
      const direct = [ticket(one, { links: [`${kind}:${two}`] }), ticket(two)];
      expect(connectTickets(two, direct).merged).toEqual([]);
      const within = [
        ticket(one, { links: [`${kind}:${three}`] }),
        ticket(two, { absorbed: [three] }),
      ];
      expect(connectTickets(two, within).merged).toEqual([]);
    },
  );

  it('leaves out what its queue keeps closed', () => {
    const tickets = [ticket(one, { staysClosed: true }), ticket(two)];
    expect(connectTickets(two, tickets)).toEqual({ survivor: two, merged: [], suggested: [] });
  });
});

const person = (address: string) => ({ name: '', address });

function mail(from: string, more: Partial<MailHeader> = {}): MailHeader {
  return {
    from: person(from),
    replyTo: [],
    to: [],
    cc: [],
    subject: '',
    date: undefined,
    messageId: toMessageId(`${from}.mail`),
    inReplyTo: [],
    references: [],
    ...more,
  };
}

describe('vouchesFor', () => {
  const kim = { customer: person('kim@x') };
  const lee = mail('lee@x');

  it.each<[string, boolean, { customer: ReturnType<typeof person> | undefined }, MailHeader[]]>([
    ['its customer', true, { customer: person('LEE@x') }, []],
    ['somebody to whom another wrote', true, kim, [mail('kim@x', { cc: [person('Lee@X')] })]],
    [
      'whose mail another answered',
      true,
      kim,
      [mail('kim@x', { inReplyTo: [toMessageId('lee@x.mail')] })],
    ],
    ['a stranger', false, kim, [mail('kim@x')]],
    ['who only wrote there himself', false, kim, [mail('lee@x', { to: [person('lee@x')] })]],
    [
      'who answered himself',
      false,
      kim,
      [mail('lee@x', { references: [toMessageId('lee@x.mail')] })],
    ],
  ])('%s: %s', (_, expected, ticketOf, messages) => {
    expect(vouchesFor(lee, ticketOf, messages)).toBe(expected);
  });
});
