import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  classifySmtpFailure,
  type SmtpFailureFacts,
} from '../../../src/core/delivery/smtp-failure.ts';

const facts = (said: Partial<SmtpFailureFacts>): SmtpFailureFacts => ({
  code: undefined,
  originalCode: undefined,
  responseCode: undefined,
  response: undefined,
  command: undefined,
  ...said,
});

it.each<[string, Partial<SmtpFailureFacts>]>([
  ['name-unknown', { code: 'EDNS', originalCode: 'ENOTFOUND' }],
  ['nobody-listens', { code: 'ESOCKET', originalCode: 'ECONNREFUSED' }],
  ['unreachable', { code: 'ESOCKET', originalCode: 'ENETUNREACH' }],
  ['timeout', { code: 'ETIMEDOUT' }],
  ['certificate', { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  ['certificate', { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
  ['certificate', { code: 'ESOCKET', originalCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
  ['tls', { code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }],
  ['no-starttls', { code: 'ETLS', responseCode: 502, response: '502 no', command: 'STARTTLS' }],
  ['not-smtp', { code: 'EPROTOCOL' }],
  [
    'login-refused',
    { code: 'EAUTH', responseCode: 535, response: '535 5.7.8 no', command: 'AUTH PLAIN' },
  ],
  [
    'login-needed',
    {
      code: 'EENVELOPE',
      responseCode: 530,
      response: '530 5.7.0 Authentication required',
      command: 'MAIL FROM',
    },
  ],
  [
    'sender-refused',
    { code: 'EENVELOPE', responseCode: 553, response: '553 5.7.1 not owned', command: 'MAIL FROM' },
  ],
  [
    'relay-denied',
    {
      code: 'EENVELOPE',
      responseCode: 554,
      response: '554 5.7.1 Relay access denied',
      command: 'RCPT TO',
    },
  ],
  [
    'recipient-refused',
    { code: 'EENVELOPE', responseCode: 550, response: '550 5.1.1 nobody', command: 'RCPT TO' },
  ],
  [
    'try-later',
    { code: 'EENVELOPE', responseCode: 450, response: '450 4.7.1 Greylisted', command: 'RCPT TO' },
  ],
  [
    'too-large',
    { code: 'EMESSAGE', responseCode: 552, response: '552 too large', command: 'DATA' },
  ],
  ['refused', { code: 'EMESSAGE', responseCode: 554, response: '554 spam', command: 'DATA' }],
  ['dropped', { code: 'ECONNECTION', command: 'CONN' }],
])('%s follows from what the library says', (kind, said) => {
  expect(classifySmtpFailure(facts(said))).toBe(kind);
});

it('is total', () => {
  const text = fc.option(fc.string(), { nil: undefined });
  fc.assert(
    fc.property(
      text,
      text,
      fc.option(fc.integer(), { nil: undefined }),
      text,
      text,
      (code, originalCode, responseCode, response, command) => {
        expect(
          classifySmtpFailure({ code, originalCode, responseCode, response, command }),
        ).toMatch(/^[a-z-]+$/);
      },
    ),
  );
});
