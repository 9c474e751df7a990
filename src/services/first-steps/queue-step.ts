/**
 * The fourth step: the first queue, one that is there or a new one.
 *
 * Writes `queues/NAME.yaml`, and `defaultQueue` of `desk.yaml` where the queue is to take what no other takes. Promises: an existing file
 * keeps all it says beside; a new one looks like those of a new desk.
 */
import { posix } from 'node:path';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Config, QueueConfig } from '../../config/config.ts';
import { isQueueName, parseQueueFile } from '../../config/queues.ts';
import { settings } from '../../config/settings.ts';
import { addresses as addressesKind } from '../../config/values.ts';
import { formatYamlEntry, type YamlValue } from '../../config/yaml-edits.ts';
import { type ConfigWriter, editSeen, type FileChange, type SeenFile } from './config-writer.ts';
import type { FixedSettings } from './fixed-settings.ts';
import type { BadField, StepRefusal } from './step-refusal.ts';

/** As people type it. */
export interface QueueTyped {
  /** Of a queue that is there; empty for a new one. */
  readonly queue: string;
  /** Of a new one. */
  readonly name: string;
  /** May be none: then mail is moved there by hand. */
  readonly addresses: string;
  readonly signature: string;
  /** Mail that no other queue takes comes here. */
  readonly isDefault: boolean;
}

export interface OpenQueue {
  readonly typed: QueueTyped;
  readonly digest: string;
  /** Its signature stands in files of its own, which this page leaves alone. */
  readonly signatureFile: string | undefined;
}

export interface QueueStep {
  /** A queue that is there, or a new one for an empty or unknown name. */
  read(queue: string): Promise<OpenQueue>;
  /** Answers with the queue's name. */
  save(typed: QueueTyped, digest: string): Promise<Result<string, StepRefusal>>;
}

export interface QueueStepDeps {
  readonly writer: ConfigWriter;
  readonly config: () => Config;
  readonly fixed: FixedSettings;
}

const mostSignature = 4000;

export function createQueueStep({ writer, config, fixed }: QueueStepDeps): QueueStep {
  const find = (name: string): QueueConfig | undefined =>
    config().queues.find((queue) => queue.name.toLowerCase() === name.trim().toLowerCase());

  async function fileOf(name: string): Promise<SeenFile | undefined> {
    const seen = await writer.readFolder('queues');
    const wanted = name.toLowerCase();
    return seen.find(
      ({ file, text = '' }) => parseQueueFile(text, file).queue?.name.toLowerCase() === wanted,
    );
  }

  /** What the file itself says; the default queue has the addresses of the desk beside. */
  function ownAddresses({ file, text = '' }: SeenFile): readonly string[] {
    return parseQueueFile(text, file).queue?.addresses ?? [];
  }

  function findBad(typed: QueueTyped): readonly BadField[] {
    const { name, addresses, signature } = typed;
    const bad: BadField[] = [];
    if (typed.queue === '' && (!isQueueName(name.trim()) || find(name) !== undefined))
      bad.push({ field: 'name', value: name, expected: 'queue-name' });
    if (addresses.trim() !== '' && addressesKind.parse(addresses) === undefined)
      bad.push({ field: 'addresses', value: addresses, expected: 'addresses' });
    if (signature.length > mostSignature || /[^\P{Cc}\r\n\t]/u.test(signature))
      bad.push({ field: 'signature', value: signature, expected: 'line' });
    return bad;
  }

  async function changeOf(
    typed: QueueTyped,
    digest: string,
  ): Promise<Result<FileChange, StepRefusal>> {
    if (typed.queue === '') return ok(await newFile(typed));
    const seen = await fileOf(typed.queue);
    if (seen === undefined) return refuse({ code: 'file-changed', file: 'queues' });
    const text = editSeen(seen, changesOf(typed, seen));
    return text.ok ? ok({ file: seen.file, digest, text: text.value }) : text;
  }

  function changesOf(typed: QueueTyped, seen: SeenFile): Readonly<Record<string, YamlValue>> {
    const queue = find(typed.queue);
    const addresses = addressesKind.parse(typed.addresses)?.value ?? [];
    const signature = tidy(typed.signature);
    const isNew = JSON.stringify(addresses) !== JSON.stringify(ownAddresses(seen));
    const isSigned =
      queue?.signatureFile === undefined && signature !== tidy(queue?.signature ?? '');
    return { ...(isNew ? { addresses } : {}), ...(isSigned ? { signature } : {}) };
  }

  async function newFile(typed: QueueTyped): Promise<FileChange> {
    const addresses = addressesKind.parse(typed.addresses)?.value ?? [];
    const signature = tidy(typed.signature);
    const lines = [
      formatYamlEntry('name', typed.name.trim()),
      ...(addresses.length === 0 ? [] : [formatYamlEntry('addresses', addresses)]),
      'followUp:',
      '  closed: reopen',
      '  days: 90',
      ...(signature === '' ? [] : [formatYamlEntry('signature', signature)]),
    ];
    return { file: await freeName(typed.name), digest: '', text: `${lines.join('\n')}\n` };
  }

  async function freeName(name: string): Promise<string> {
    const taken = new Set(
      (await writer.readFolder('queues')).map(({ file }) => posix.parse(file).name),
    );
    const stem = slugOf(name);
    let free = stem;
    for (let number = 2; taken.has(free); number += 1) free = `${stem}-${number}`;
    return `queues/${free}.yaml`;
  }

  async function defaultChange(
    name: string,
    { isDefault }: QueueTyped,
  ): Promise<Result<readonly FileChange[], StepRefusal>> {
    const isAlready = config().desk.defaultQueue.toLowerCase() === name.toLowerCase();
    if (!isDefault || isAlready || fixed.by('defaultQueue') !== undefined) return ok([]);
    const seen = await writer.read('desk.yaml');
    const text = editSeen(seen, { [settings.defaultQueue.key]: name });
    return text.ok ? ok([{ file: seen.file, digest: seen.digest, text: text.value }]) : text;
  }

  return {
    async read(name) {
      const queue = find(name);
      const seen = queue === undefined ? undefined : await fileOf(queue.name);
      const typed = {
        queue: seen === undefined ? '' : (queue?.name ?? ''),
        name: '',
        addresses: seen === undefined ? '' : ownAddresses(seen).join(', '),
        signature: seen === undefined ? '' : tidy(queue?.signature ?? ''),
        isDefault: queue !== undefined && queue.name === config().desk.defaultQueue,
      };
      return { typed, digest: seen?.digest ?? '', signatureFile: queue?.signatureFile };
    },

    async save(typed, digest) {
      const bad = findBad(typed);
      if (bad.length > 0) return refuse({ code: 'bad-fields', fields: bad });
      const name =
        typed.queue === '' ? typed.name.trim() : (find(typed.queue)?.name ?? typed.queue);
      const change = await changeOf(typed, digest);
      if (!change.ok) return change;
      const more = await defaultChange(name, typed);
      if (!more.ok) return more;
      const written = await writer.write([change.value, ...more.value]);
      return written.ok ? ok(name) : written;
    },
  };
}

/** `Billing::Refunds` is `billing-refunds`; a name without a letter that files can carry is `queue`. */
function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return plain === '' ? 'queue' : plain;
}

function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
