/** Refusals about second steps, sessions, tokens and OpenID as English sentences for admins. */
import type { AccountRefusal } from '../accounts/accounts.ts';

type AccessRefusal = Exclude<
  AccountRefusal,
  {
    readonly code:
      | 'wrong-login'
      | 'too-many-attempts'
      | 'link-used'
      | 'weak-password'
      | 'unknown-agent'
      | 'agent-exists'
      | 'bad-value';
  }
>;

export function describeAccessRefusal(refusal: AccessRefusal): string {
  switch (refusal.code) {
    case 'unknown-session':
      return `There is no session "${refusal.value}" that is alive`;
    case 'unknown-token':
      return `There is no token "${refusal.value}"; expected the id that "agent tokens" prints`;
    default:
      return sentences[refusal.code];
  }
}

const sentences: Readonly<
  Record<Exclude<AccessRefusal['code'], 'unknown-session' | 'unknown-token'>, string>
> = {
  'wrong-code': 'The code is wrong or was used before; expected the one that is shown now',
  'totp-on': 'The second step is on already',
  'totp-off': 'The second step is off already',
  'last-admin': 'This is the only admin who can get in; expected another one first',
  'password-login-off': 'Passwords do not log in on this desk; expected a link or OpenID',
  'openid-off': 'No OpenID provider is set up; expected "openidIssuer" and "openidClientId"',
  'openid-unreachable': 'The OpenID provider cannot be reached or does not describe itself',
  'openid-denied': 'The OpenID provider let nobody in',
  'openid-expired': 'The log-in took too long or was begun in another browser',
  'openid-invalid': 'The answer of the OpenID provider did not pass the checks',
  'openid-no-email': 'The OpenID provider names no verified address',
  'openid-no-agent': 'No agent belongs to this account of the OpenID provider',
  'openid-no-role': 'The OpenID provider gives this account no role on the desk',
};
