/**
 * The mails of `test/corpus`, with what a correct reader finds in them.
 *
 * The readings stand beside the mails of real clients (`clients/NAME.yaml`), and for the other folders in `expected.json`;
 * test/corpus/README.md says what the keys mean. An absent key claims nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Person {
  readonly name: string;
  readonly address: string;
}

export interface ExpectedAttachment {
  readonly name?: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  readonly inline?: boolean;
  readonly from?: string;
}

/** A whole reading: every key is claimed, except for those with a question mark. */
export interface ClientReading {
  readonly client: string;
  readonly subject: string;
  readonly from: Person | null;
  readonly alsoFrom?: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly replyTo: readonly Person[];
  /** ISO 8601, or null where none is given. */
  readonly date: string | null;
  readonly text?: string;
  readonly textIncludes?: readonly string[];
  readonly textExcludes?: readonly string[];
  readonly attachments?: readonly ExpectedAttachment[];
  readonly problems: readonly string[];
  readonly protection: { readonly kind: string; readonly by: string } | null;
  readonly automatic: boolean;
  readonly calendar?: { readonly method: string; readonly summary: string; readonly start: string };
  readonly bounce?: {
    readonly action: string;
    readonly recipient: string;
    readonly status?: string;
    readonly original: string;
  };
}

/** What `expected.json` says of a mail. */
export interface PartialReading {
  readonly from?: Partial<Person>;
  readonly subject?: string;
  readonly textIncludes?: readonly string[];
  readonly attachments?: readonly string[];
}

const corpus = join(import.meta.dirname, '../corpus');

/** `folder/name.eml` of every mail. */
export function corpusFiles(): readonly string[] {
  return readdirSync(corpus, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => namesIn(name, '.eml').map((file) => `${name}/${file}`));
}

export function readCorpusMail(file: string): Buffer {
  return readFileSync(join(corpus, file));
}

export function partialReadings(): Readonly<Record<string, PartialReading>> {
  return JSON.parse(readFileSync(join(corpus, 'expected.json'), 'utf8'));
}

/** Names of the mails and of the readings in `clients/`, without their endings. */
export function clientNames(ending: '.eml' | '.yaml'): readonly string[] {
  return namesIn('clients', ending).map((name) => name.slice(0, -ending.length));
}

export function clientReading(name: string): ClientReading {
  return parse(readFileSync(join(corpus, 'clients', `${name}.yaml`), 'utf8'));
}

/** Blanks and line ends of every kind count as one blank. */
export function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(corpus, folder))
    .filter((name) => name.endsWith(ending))
    .sort();
}
