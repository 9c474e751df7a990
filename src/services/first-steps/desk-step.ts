/**
 * The first step: who the admin is, and what the desk is called, answers for, and in which zone and language.
 *
 * Writes `desk.yaml` and the admin's own file. Promises: nothing is written unless all of it is right. What the environment says is shown
 * and left alone.
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import { type SettingName, settings } from '../../config/settings.ts';
import { readYamlTable, scalarTexts } from '../../config/yaml.ts';
import type { YamlValue } from '../../config/yaml-edits.ts';
import { isPlaceholder } from '../../core/first-steps/steps.ts';
import { addressKey, isAddress } from '../../core/message/address.ts';
import type { Accounts, Agent } from '../accounts/accounts.ts';
import type { Staff } from '../accounts/staff.ts';
import { type ConfigWriter, editSeen, type SeenFile } from './config-writer.ts';
import type { FixedSettings } from './fixed-settings.ts';
import type { BadField, StepRefusal } from './step-refusal.ts';

/** As people type it. */
export interface DeskTyped {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly again: string;
  readonly deskName: string;
  readonly addresses: string;
  readonly timeZone: string;
  readonly language: string;
}

export interface DeskStep {
  /** What the fields begin with. */
  read(agent: Agent): Promise<{ readonly typed: DeskTyped; readonly digest: string }>;
  /** `digest` is that of `desk.yaml` as the writer saw it. Answers with the agent as he is now, and whether his password is new. */
  save(
    agent: Agent,
    typed: DeskTyped,
    digest: string,
  ): Promise<Result<{ readonly agent: Agent; readonly isPasswordNew: boolean }, StepRefusal>>;
}

export interface DeskStepDeps {
  readonly writer: ConfigWriter;
  readonly accounts: Pick<Accounts, 'list' | 'setPassword'>;
  readonly staff: Pick<Staff, 'introduce'>;
  readonly config: () => Config;
  readonly fixed: FixedSettings;
  readonly isStrong: (password: string) => boolean;
}

const file = 'desk.yaml';

const fields = {
  deskName: 'name',
  addresses: 'addresses',
  timeZone: 'timeZone',
  language: 'language',
} as const satisfies Readonly<Record<string, SettingName>>;

type DeskField = keyof typeof fields;

const expectations = {
  deskName: 'line',
  addresses: 'addresses',
  timeZone: 'zone',
  language: 'language',
} as const;

const deskFields: readonly DeskField[] = ['deskName', 'addresses', 'timeZone', 'language'];

export function createDeskStep(deps: DeskStepDeps): DeskStep {
  const { writer, accounts, staff, config, fixed, isStrong } = deps;

  const isFixed = (field: DeskField) => fixed.by(fields[field]) !== undefined;

  function findBad(agent: Agent, typed: DeskTyped): readonly BadField[] {
    const bad: BadField[] = [];
    const { name, email, password, again } = typed;
    if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name))
      bad.push({ field: 'name', value: name, expected: 'line' });
    const expected = expectedOfEmail(agent, typed);
    if (expected !== undefined) bad.push({ field: 'email', value: email, expected });
    if (password !== '' && !isStrong(password))
      bad.push({ field: 'password', value: '', expected: 'password' });
    else if (password !== again) bad.push({ field: 'again', value: '', expected: 'same' });
    for (const field of deskFields) {
      if (isFixed(field) || settings[fields[field]].kind.parse(typed[field].trim()) !== undefined)
        continue;
      bad.push({ field, value: typed[field], expected: expectations[field] });
    }
    return bad;
  }

  function expectedOfEmail(
    agent: Agent,
    { email, addresses }: DeskTyped,
  ): BadField['expected'] | undefined {
    if (!isAddress(email.trim())) return 'address';
    const key = addressKey(email.trim());
    const { desk, queues } = config();
    const own = isFixed('addresses')
      ? desk.addresses
      : (settings.addresses.kind.parse(addresses)?.value ?? []);
    // The first one has the addresses of the desk, which may be about to change.
    const queued = queues.slice(1).flatMap((queue) => queue.addresses);
    if ([...own, ...queued].some((each) => addressKey(each) === key)) return 'not-own';
    const others = accounts.list().filter(({ login }) => login !== agent.login);
    return others.some((other) => addressKey(other.email) === key) ? 'free-address' : undefined;
  }

  /** Only what differs from what is in force is written. */
  function changesOf(typed: DeskTyped, seen: SeenFile): Readonly<Record<string, YamlValue>> {
    const { desk } = config();
    const wanted: Record<string, YamlValue> = {};
    const put = (field: DeskField, value: YamlValue, current: YamlValue) => {
      if (!isFixed(field) && JSON.stringify(value) !== JSON.stringify(current))
        wanted[settings[fields[field]].key] = value;
    };
    const addresses = settings.addresses.kind.parse(typed.addresses)?.value ?? [];
    put('deskName', typed.deskName.trim(), desk.name);
    put('addresses', addresses, ownAddresses(seen));
    put('timeZone', typed.timeZone.trim(), desk.timeZone);
    put('language', typed.language.trim(), desk.language);
    return wanted;
  }

  /** Those of the desk, without what its queues add. */
  function ownAddresses({ text = '' }: SeenFile): readonly string[] {
    const { key, kind, initial } = settings.addresses;
    if (isFixed('addresses')) return config().desk.addresses;
    const value = readYamlTable(text, file).entries.find((entry) => entry.key === key)?.value;
    return kind.parse(scalarTexts(value)?.join(', ') ?? '')?.value ?? initial;
  }

  return {
    async read(agent) {
      const { desk } = config();
      const seen = await writer.read(file);
      const own = desk.addresses.map(addressKey);
      const typed = {
        name: agent.name === 'Admin' ? '' : agent.name,
        email: own.includes(addressKey(agent.email)) ? '' : agent.email,
        password: '',
        again: '',
        deskName: desk.name,
        addresses: ownAddresses(seen)
          .filter((each) => !isPlaceholder(each) || isFixed('addresses'))
          .join(', '),
        timeZone: desk.timeZone,
        language: desk.language,
      };
      return { typed, digest: seen.digest };
    },

    async save(agent, typed, digest) {
      const bad = findBad(agent, typed);
      if (bad.length > 0) return refuse({ code: 'bad-fields', fields: bad });
      const seen = await writer.read(file);
      const text = editSeen(seen, changesOf(typed, seen));
      if (!text.ok) return text;
      const written = await writer.write([{ file, digest, text: text.value }]);
      if (!written.ok) return written;
      const named = await staff.introduce(agent.login, {
        name: typed.name.trim(),
        email: typed.email.trim(),
      });
      if (!named.ok || typed.password === '')
        return named.ok ? ok({ agent: named.value, isPasswordNew: false }) : named;
      const secured = await accounts.setPassword(agent.login, typed.password);
      return secured.ok ? ok({ agent: secured.value, isPasswordNew: true }) : secured;
    },
  };
}
