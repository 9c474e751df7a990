/**
 * The second step: the server that takes the desk's mail, tried with a mail that is really sent.
 *
 * Writes `smarthost` of `desk.yaml`; a file with a password in it is readable to the desk's own account alone. Promises: what a server
 * refused is not written. A password is kept where it is when the field stays empty and server and user are the same.
 * Leaves to others: the words of the mail (the page), the conversation (services/outbound).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Config, Smarthost } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { host, smarthost as smarthostKind, wholeNumber } from '../../config/values.ts';
import { workOutServer } from '../../core/first-steps/providers.ts';
import { isAddress } from '../../core/message/address.ts';
import type { Trial, TrialMail, TrialOutcome } from '../outbound/trial.ts';
import { type ConfigWriter, editSeen } from './config-writer.ts';
import type { FixedSettings } from './fixed-settings.ts';
import type { BadField, StepRefusal } from './step-refusal.ts';

/** As people type it; what is empty is worked out. */
export interface SendingTyped {
  readonly host: string;
  readonly port: string;
  readonly security: string;
  readonly user: string;
  readonly password: string;
  /** Where the test mail goes. */
  readonly to: string;
}

export interface SendingStep {
  read(): Promise<{
    readonly typed: SendingTyped;
    readonly digest: string;
    readonly hasPassword: boolean;
  }>;
  /** The same with what can be worked out filled in. */
  workOut(typed: SendingTyped): SendingTyped;
  /** Sends the mail over the server that was typed, or the one in force where that is fixed elsewhere. */
  tryOut(
    typed: SendingTyped,
    words: Omit<TrialMail, 'to'>,
  ): Promise<Result<TrialOutcome, StepRefusal>>;
  save(typed: SendingTyped, digest: string): Promise<Result<undefined, StepRefusal>>;
}

export interface SendingStepDeps {
  readonly writer: ConfigWriter;
  readonly trial: Trial;
  readonly config: () => Config;
  readonly fixed: FixedSettings;
}

const file = 'desk.yaml';
const portKind = wholeNumber({ least: 1, most: 65_535 });

export function createSendingStep({ writer, trial, config, fixed }: SendingStepDeps): SendingStep {
  const current = () => config().desk.smarthost;

  function workOut(typed: SendingTyped): SendingTyped {
    const address = config().desk.addresses[0] ?? '';
    const { host: name, port, security, user } = workOutServer('smtp', { ...typed, address });
    // Without a password there is nobody to log in as.
    const isLogin = typed.user.trim() !== '' || typed.password !== '';
    return { ...typed, host: name, port, security, user: isLogin ? user : '' };
  }

  function toSmarthost(typed: SendingTyped): Result<Smarthost, StepRefusal> {
    const { host: name, port, security, user, password } = workOut(typed);
    const bad: BadField[] = [];
    const server = host.parse(name) ?? (isIpv6(name) ? { value: name } : undefined);
    if (server === undefined) bad.push({ field: 'host', value: typed.host, expected: 'host' });
    const number = portKind.parse(port);
    if (number === undefined) bad.push({ field: 'port', value: port, expected: 'port' });
    if (!['starttls', 'tls'].includes(security))
      bad.push({ field: 'security', value: security, expected: 'security' });
    const kept = keptPassword(name, user);
    const secret = password === '' ? kept : password;
    if (user !== '' && secret === undefined)
      bad.push({ field: 'password', value: '', expected: 'password-needed' });
    if (/[\s\p{Cc}]/u.test(user)) bad.push({ field: 'user', value: user, expected: 'user-needed' });
    if (bad.length > 0 || server === undefined || number === undefined)
      return refuse({ code: 'bad-fields', fields: bad });
    return ok({
      host: server.value,
      port: number.value,
      secure: security === 'tls',
      user: user === '' ? undefined : user,
      password: user === '' ? undefined : secret,
    });
  }

  function keptPassword(name: string, user: string): string | undefined {
    const before = current();
    return before?.host === name && before.user === user ? before.password : undefined;
  }

  return {
    workOut,
    async read() {
      const { digest } = await writer.read(file);
      const before = current();
      const typed = {
        host: before?.host ?? '',
        port: before === undefined ? '' : String(before.port),
        security: before === undefined ? '' : before.secure ? 'tls' : 'starttls',
        user: before?.user ?? '',
        password: '',
        to: '',
      };
      return { typed, digest, hasPassword: before?.password !== undefined };
    },

    async tryOut(typed, words) {
      const to = typed.to.trim();
      const bad: readonly BadField[] = isAddress(to)
        ? []
        : [{ field: 'to', value: typed.to, expected: 'address' }];
      const inForce = fixed.by('smarthost') === undefined ? undefined : current();
      const server = inForce === undefined ? toSmarthost(typed) : ok(inForce);
      if (!server.ok && server.refusal.code === 'bad-fields')
        return refuse({ code: 'bad-fields', fields: [...server.refusal.fields, ...bad] });
      if (!server.ok) return server;
      if (bad.length > 0) return refuse({ code: 'bad-fields', fields: bad });
      return ok(await trial.send(server.value, { ...words, to: { name: '', address: to } }));
    },

    async save(typed, digest) {
      const by = fixed.by('smarthost');
      if (by !== undefined) return refuse({ code: 'fixed-elsewhere', by });
      const server = toSmarthost(typed);
      if (!server.ok) return server;
      const text = editSeen(await writer.read(file), {
        [settings.smarthost.key]: smarthostKind.format(server.value),
      });
      if (!text.ok) return text;
      const isSecret = server.value.password !== undefined;
      return writer.write([{ file, digest, text: text.value, isSecret }]);
    },
  };
}

function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]{2,45}$/i.test(text) && text.includes(':');
}
