import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bounceActions } from '../../../src/core/delivery/bounce.ts';
import { bounceCauses, causeOf } from '../../../src/core/delivery/bounce-cause.ts';

it.each([
  ['5.1.1', undefined, 'no-mailbox'],
  ['5.1.2', 'whatever it says', 'domain-unknown'],
  ['5.2.2', undefined, 'mailbox-full'],
  ['5.3.4', undefined, 'too-large'],
  ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied', 'no-mailbox'],
  ['5.7.1', '554 5.7.1 message contains spam', 'spam'],
  ['5.7.26', '550 5.7.26 not authenticated', 'refused'],
  ['5.4.7', 'message expired', 'unreachable'],
  ['5.0.0', '550 Benutzer unbekannt', 'no-mailbox'],
  [undefined, '550 Postfach ist voll', 'mailbox-full'],
  [undefined, '452 try again later', 'later'],
  [
    undefined,
    'Host or domain name not found. Name service error for name=nowhere.example',
    'domain-unknown',
  ],
  [undefined, 'La dirección no existe', 'no-mailbox'],
  [undefined, '对方邮箱已满', 'mailbox-full'],
  [undefined, '550 permanent failure', 'refused'],
  [undefined, 'the moon is blue', undefined],
  [undefined, undefined, undefined],
] as const)('%s and "%s" mean %s', (status, reason, cause) => {
  expect(causeOf({ action: 'failed', status, reason })).toBe(cause);
});

it('what waits without a known reason is tried again; what arrived has no cause', () => {
  expect(causeOf({ action: 'delayed', status: undefined, reason: undefined })).toBe('later');
  expect(causeOf({ action: 'delivered', status: '2.0.0', reason: '250 spam' })).toBeUndefined();
});

it('is total', () => {
  const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(...bounceActions), text, text, (action, status, reason) => {
      const cause = causeOf({ action, status, reason });
      expect(cause === undefined || bounceCauses.includes(cause)).toBe(true);
    }),
  );
});
