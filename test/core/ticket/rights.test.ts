/** Rights by queue and role. */
import { describe, expect, it } from 'vitest';
import { type Right, rightsIn } from '../../../src/core/ticket/rights.ts';

const queues = [
  { name: 'Support' },
  {
    name: 'Billing',
    rights: new Map<string, readonly Right[]>([
      ['billing', ['see', 'note', 'answer', 'move', 'own', 'close']],
      ['agent', ['see', 'note']],
    ]),
  },
  { name: 'Billing::Refunds' },
  { name: 'Billing::Fraud', rights: new Map<string, readonly Right[]>([['fraud', ['see']]]) },
];
const of = (queue: string, ...roles: string[]) => [...rightsIn(queue, roles, queues)].join(' ');

describe('rightsIn', () => {
  it('gives the day’s work to every role where no queue says anything', () => {
    expect(of('Support', 'agent')).toBe('see note answer move own close');
    expect(of('Gone', 'agent')).toBe('see note answer move own close');
    expect(of('Support')).toBe('');
  });

  it('gives a queue’s rights to the roles that it names, joined for several', () => {
    expect(of('Billing', 'agent')).toBe('see note');
    expect(of('Billing', 'agent', 'billing')).toBe('see note answer move own close');
    expect(of('Billing', 'fraud')).toBe('');
  });

  it('takes them from the nearest queue above that says anything, without regard to case', () => {
    expect(of('billing::refunds', 'agent')).toBe('see note');
    expect(of('Billing::Fraud', 'agent')).toBe('');
    expect(of('Billing::Fraud::Old', 'fraud')).toBe('see');
  });

  it('gives everything to the admin', () => {
    expect(of('Billing::Fraud', 'admin')).toContain('administer');
  });
});
