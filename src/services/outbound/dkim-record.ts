/**
 * Whether the DNS says of the desk's key what receivers need (RFC 6376 section 3.6.2).
 *
 * Leaves to others: signing (dkim.ts), what becomes of a finding (`maildesk doctor`).
 */
import { errorText } from '../../base/fault.ts';
import type { DeskConfig } from '../../config/config.ts';
import { formatDkimRecord, isDkimRecordOf, parseDkimKey } from '../../config/dkim-key.ts';
import { domainOf } from '../../core/message/address.ts';
import type { FileOps } from '../../storage/files.ts';
import type { DnsLookup } from '../intake/dns.ts';

export interface DkimFinding {
  /** Where the record stands: `SELECTOR._domainkey.DOMAIN`. */
  readonly name: string;
  /** `unknown`: the DNS did not answer, or the key could not be read. */
  readonly state: 'right' | 'missing' | 'other' | 'unknown';
  /** Text that the record should have; empty when the key could not be read. */
  readonly record: string;
  readonly reason: string;
}

export interface DkimRecordDeps {
  readonly files: Pick<FileOps, 'readFile'>;
  readonly lookup: DnsLookup;
  /** Whether a failure says that there is no such record. */
  readonly isAbsence: (error: unknown) => boolean;
}

/** One for each domain that signs; none without a key. */
export async function findDkimRecords(
  { files, lookup, isAbsence }: DkimRecordDeps,
  {
    dkimKeyFile,
    dkimSelector,
    dkimDomain,
    addresses,
  }: Pick<DeskConfig, 'dkimKeyFile' | 'dkimSelector' | 'dkimDomain' | 'addresses'>,
): Promise<readonly DkimFinding[]> {
  if (dkimKeyFile === undefined || dkimSelector === undefined) return [];
  const domains = dkimDomain === undefined ? addresses.map(domainOf) : [dkimDomain];
  const names = [...new Set(domains)].map((domain) => `${dkimSelector}._domainkey.${domain}`);
  const key = parseDkimKey((await files.readFile(dkimKeyFile)).toString('latin1'));
  if (!key.ok) {
    const reason = `The key ${key.refusal}`;
    return names.map((name) => ({ name, state: 'unknown', record: '', reason }));
  }
  const record = formatDkimRecord(key.value);
  const judge = (texts: readonly string[]) => {
    if (texts.length === 0) return 'missing';
    return texts.some((text) => isDkimRecordOf(text, key.value)) ? 'right' : 'other';
  };

  async function find(name: string): Promise<DkimFinding> {
    try {
      const answer = await lookup(name, 'TXT');
      const texts = answer.map((pieces) => (Array.isArray(pieces) ? pieces.join('') : ''));
      return { name, state: judge(texts), record, reason: '' };
    } catch (error) {
      const state = isAbsence(error) ? 'missing' : 'unknown';
      return { name, state, record, reason: errorText(error) };
    }
  }
  return Promise.all(names.map(find));
}
