import { expect, it } from 'vitest';
import { mayEditModule } from '../../../src/core/answers/module-rights.ts';
import type { Right } from '../../../src/core/ticket/rights.ts';

const administer: readonly Right[] = ['see', 'administer'];
const queues = [
  { name: 'Support' },
  { name: 'Billing', rights: new Map([['billing', administer]]) },
  { name: 'Sales', rights: new Map([['sales', administer]]) },
];

it.each([
  [['admin'], [], true],
  [['admin'], ['Billing'], true],
  [['agent'], ['Support'], false],
  [['billing'], ['Billing'], true],
  [['billing'], ['billing::Refunds'], true],
  [['billing'], ['Billing', 'Sales'], false],
  [['billing', 'sales'], ['Billing', 'Sales'], true],
  [['billing'], [], false],
])('the roles %j may change a module of %j: %s', (roles, offeredIn, may) => {
  expect(mayEditModule(roles, offeredIn, queues)).toBe(may);
});
