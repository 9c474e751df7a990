/**
 * Atom feeds (RFC 4287) as text.
 *
 * Promises: pure; well-formed XML 1.0 whatever the words are: what XML cannot hold is left out.
 */
import { formatInstant, type Instant } from '../../base/clock.ts';

export interface AtomFeed {
  /** The same for ever, an IRI. */
  readonly id: string;
  readonly title: string;
  readonly updated: Instant;
  /** Where the feed itself is read, and the page that shows the same. */
  readonly self: string;
  readonly page: string;
  readonly language: string;
  readonly entries: readonly AtomEntry[];
}

export interface AtomEntry {
  readonly id: string;
  readonly title: string;
  readonly updated: Instant;
  readonly published: Instant;
  readonly author: string;
  readonly page: string;
  readonly categories: readonly string[];
  readonly summary: string;
}

export function formatAtom(feed: AtomFeed): string {
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeXml(feed.language)}">`,
    element('id', feed.id),
    element('title', feed.title),
    element('updated', formatInstant(feed.updated)),
    `<link rel="self" type="application/atom+xml" href="${escapeXml(feed.self)}"/>`,
    `<link rel="alternate" type="text/html" href="${escapeXml(feed.page)}"/>`,
    '<generator>Maildesk</generator>',
    ...feed.entries.flatMap(formatEntry),
    '</feed>',
  ];
  return `${lines.join('\n')}\n`;
}

function formatEntry(entry: AtomEntry): readonly string[] {
  return [
    '<entry>',
    element('id', entry.id),
    element('title', entry.title),
    element('updated', formatInstant(entry.updated)),
    element('published', formatInstant(entry.published)),
    `<author>${element('name', entry.author)}</author>`,
    `<link rel="alternate" type="text/html" href="${escapeXml(entry.page)}"/>`,
    ...entry.categories.map((term) => `<category term="${escapeXml(term)}"/>`),
    element('summary', entry.summary),
    '</entry>',
  ];
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** Everything but the characters of XML 1.0 section 2.2; lone halves of pairs are none of them. */
const noCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeXml(text: string): string {
  return text.replace(noCharacter, '').replace(/[&<>"]/g, (sign) => names[sign] ?? sign);
}
