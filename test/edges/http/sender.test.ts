/** The sign of who sent a mail, as the templates see it. */
import { describe, expect, it } from 'vitest';
import { presentSender } from '../../../src/edges/http/presenters/sender.ts';
import { emptyFacts } from '../../helpers/facts.ts';

/** Keys stand for texts. */
const locale = {
  text: (key: string, values: Readonly<Record<string, unknown>> = {}) =>
    [key, ...Object.values(values)].join(' '),
};

function present(field: string | undefined) {
  const fields = new Map(field === undefined ? [] : [['authentication', [field]] as const]);
  const from = { name: 'Kim', address: 'kim@Customer.example' };
  return presentSender({ fields, mail: { ...emptyFacts, from } }, locale);
}

describe('presentSender', () => {
  it('shows nothing where nothing was checked', () => {
    expect(present(undefined)).toBeUndefined();
  });

  it('shows what was found, and by whom', () => {
    const field =
      'spf=fail; dkim=pass; dmarc=pass; arc=none; dkim-domain=customer.example; policy=reject; by=mx.desk.example';
    expect(present(field)).toEqual({
      look: 'done',
      sign: 'check',
      text: 'sender.confirmed customer.example',
      isWarning: false,
      details: [
        { name: 'SPF', result: 'sender.fail' },
        { name: 'DKIM', result: 'world.detail sender.pass customer.example' },
        { name: 'DMARC', result: 'world.detail sender.pass sender.policy-reject' },
        { name: 'ARC', result: 'sender.none' },
      ],
      source: 'sender.by-server mx.desk.example',
    });
  });

  it.each([
    ['dmarc=fail; policy=reject; by=desk', 'late', 'sender.forged customer.example', true],
    ['dmarc=fail; policy=quarantine', 'late', 'sender.forged customer.example', true],
    ['dmarc=fail; policy=none', 'soon', 'sender.unknown customer.example', true],
    ['dmarc=fail', 'soon', 'sender.unknown customer.example', true],
    ['dmarc=none; spf=pass', 'quiet', 'sender.unconfirmed customer.example', false],
    ['dmarc=temperror', 'quiet', 'sender.unchecked customer.example', false],
    ['nonsense', 'quiet', 'sender.unconfirmed customer.example', false],
  ])('of %j looks %s', (field, look, text, isWarning) => {
    expect(present(field)).toMatchObject({ look, text, isWarning, source: 'sender.by-desk' });
  });
});
