/**
 * Message-IDs (RFC 5322 section 3.6.4): reading them, and making our own that nobody can forge.
 *
 * Our own: `NUMBER.RANDOM.MAC@domain`, the MAC being 80 bits of HMAC-SHA-256 over number and random.
 * Likewise the plus-address `local+NUMBER.MAC@domain`, and those of one agent alone. Promises: reading is total; a wrong MAC is no number.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseTicketNumber, type TicketNumber } from '../ticket/number.ts';
import { domainOf, localPartOf } from './address.ts';
import type { MessageId } from './mail.ts';

export interface SignedIds {
  /** `random` is any text of letters and digits. */
  formatMessageId(number: TicketNumber, random: string, domain: string): MessageId;
  /** The ticket of an id that we made; undefined for every other. */
  readMessageId(id: MessageId): TicketNumber | undefined;
  formatPlusAddress(address: string, number: TicketNumber): string;
  readPlusAddress(address: string): TicketNumber | undefined;
  /** Where an agent answers a notification: only with this login it reads back. */
  formatAgentAddress(address: string, number: TicketNumber, login: string): string;
  readAgentAddress(address: string, login: string): TicketNumber | undefined;
  /** Of a notification to an agent; likewise, and never the id of a message of the ticket. */
  formatNoticeId(number: TicketNumber, random: string, login: string, domain: string): MessageId;
  readNoticeId(id: MessageId, login: string): TicketNumber | undefined;
  /** UID of an appointment of the ticket: what calendars give back when they answer. */
  formatCalendarId(number: TicketNumber, random: string, domain: string): string;
  readCalendarId(uid: string): TicketNumber | undefined;
}

export function createSignedIds(secret: Buffer): SignedIds {
  const sign = (text: string) =>
    toBase32(createHmac('sha256', secret).update(text).digest().subarray(0, 10));

  return {
    formatMessageId: (number, random, domain) =>
      brand(`${number}.${random}.${sign(`id ${number}.${random}`)}@${domain}`),

    readMessageId(id) {
      const [digits = '', random = '', mac = '', ...more] = localPartOf(id).split('.');
      const number = more.length === 0 ? parseTicketNumber(digits) : undefined;
      return number !== undefined && isSame(mac, sign(`id ${number}.${random}`))
        ? number
        : undefined;
    },

    formatPlusAddress: (address, number) =>
      `${localPartOf(address)}+${number}.${sign(`to ${number}`)}@${domainOf(address)}`,

    readPlusAddress(address) {
      const detail = /\+([0-9]+)\.([a-z2-7]+)$/i.exec(localPartOf(address));
      const number = parseTicketNumber(detail?.[1] ?? '');
      const mac = detail?.[2]?.toLowerCase() ?? '';
      return number !== undefined && isSame(mac, sign(`to ${number}`)) ? number : undefined;
    },

    formatAgentAddress: (address, number, login) =>
      `${localPartOf(address)}+${number}.agent.${sign(`agent ${number} ${login}`)}@${domainOf(address)}`,

    readAgentAddress(address, login) {
      const detail = /\+([0-9]+)\.agent\.([a-z2-7]+)$/i.exec(localPartOf(address));
      const number = parseTicketNumber(detail?.[1] ?? '');
      const mac = detail?.[2]?.toLowerCase() ?? '';
      return number !== undefined && isSame(mac, sign(`agent ${number} ${login}`))
        ? number
        : undefined;
    },

    formatNoticeId: (number, random, login, domain) =>
      brand(`${number}.${random}.${sign(`notice ${number}.${random} ${login}`)}@${domain}`),

    readNoticeId(id, login) {
      const [digits = '', random = '', mac = '', ...more] = localPartOf(id).split('.');
      const number = more.length === 0 ? parseTicketNumber(digits) : undefined;
      return number !== undefined && isSame(mac, sign(`notice ${number}.${random} ${login}`))
        ? number
        : undefined;
    },

    formatCalendarId: (number, random, domain) =>
      `${number}.${random}.${sign(`calendar ${number}.${random}`)}@${domain}`,

    readCalendarId(uid) {
      const [digits = '', random = '', mac = '', ...more] = localPartOf(uid.trim()).split('.');
      const number = more.length === 0 ? parseTicketNumber(digits) : undefined;
      return number !== undefined && isSame(mac, sign(`calendar ${number}.${random}`))
        ? number
        : undefined;
    },
  };
}

/** The ids in a header value, in order, without repetitions; the newest `most`. A bare id counts when nothing stands in angle brackets. */
export function parseMessageIds(value: string, most: number): readonly MessageId[] {
  const bounded = value.length > 200_000 ? value.slice(-200_000) : value;
  const bracketed: readonly string[] = bounded.match(/<[^<>\s]{1,900}>/g) ?? [];
  const bare = bounded.trim();
  const found =
    bracketed.length > 0
      ? bracketed.map((id) => id.slice(1, -1))
      : /^[^<>\s]{1,900}$/.test(bare)
        ? [bare]
        : [];
  return [...new Set(found)].slice(-most).map(brand);
}

/** The whole text as an id. */
export function toMessageId(text: string): MessageId {
  return brand(text.replace(/[<>\s]/g, ''));
}

function brand(text: string): MessageId {
  return text as MessageId;
}

function isSame(one: string, other: string): boolean {
  const [mine, theirs] = [Buffer.from(one), Buffer.from(other)];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base 32 in lower case without padding; whole groups of five bytes. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += letters[(held >> bits) & 31];
    }
  }
  return text;
}
