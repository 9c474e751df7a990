/**
 * What kind of text a file is: a page, a script, a shortcut, a mail, an appointment, or just words.
 *
 * Promises: pure and total; only the beginning is read. UTF-16 with its mark is read as well, since pages hide in it.
 */
import type { SniffedFile } from './endings.ts';
import { latin } from './latin.ts';

const looked = 4096;

/** Undefined for what is no text. */
export function sniffText(bytes: Uint8Array): SniffedFile | undefined {
  if (bytes.length === 0) return { family: 'text', type: 'text/plain' };
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const begin = head.trimStart();
  const known = kinds.find(([sign]) => sign.test(begin));
  return known === undefined
    ? { family: 'text', type: 'text/plain' }
    : { family: known[1], type: known[2] };
}

const kinds: readonly (readonly [sign: RegExp, family: SniffedFile['family'], type: string])[] = [
  [/^#! ?\/|^#!python/, 'script', 'text/x-script'],
  [/^@echo off\b/i, 'script', 'text/x-script'],
  [/^<\?php\b/i, 'script', 'text/x-script'],
  [/^\[(?:InternetShortcut|Desktop Entry)\]/i, 'shortcut', 'text/x-shortcut'],
  [/^Windows Registry Editor Version|^REGEDIT4/, 'script', 'text/x-script'],
  [
    /^(?:<\?xml\b[^>]{0,500}\?>\s*|<!--(?:(?!-->)[\s\S]){0,2000}-->\s*|<!DOCTYPE svg\b[^>]{0,500}>\s*){0,5}<svg\b/i,
    'page',
    'image/svg+xml',
  ],
  [
    /^(?:<\?xml\b[^>]{0,500}\?>\s*|<!--(?:(?!-->)[\s\S]){0,2000}-->\s*){0,5}<(?:!doctype html|html|head|body|script|iframe|meta|base|object|embed|form|table|style|title|img|div|h1|a|br|p)\b/i,
    'page',
    'text/html',
  ],
  [/^<\?xml\b[^>]{0,500}\?>\s*<\?xml-stylesheet\b/i, 'page', 'text/xml'],
  [/^<\?xml\b/i, 'text', 'text/xml'],
  [/^BEGIN:VCALENDAR\b/i, 'calendar', 'text/calendar'],
  [/^BEGIN:VCARD\b/i, 'card', 'text/vcard'],
  [
    /^(?:[!-9;-~]{1,60}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,50}){0,60}Content-Type:\s*multipart\/related\b/i,
    'page',
    'multipart/related',
  ],
  [
    /^(?:Return-Path|Received|From|Message-ID|MIME-Version|Delivered-To|X-[A-Za-z-]{1,40}|DKIM-Signature|Date|Subject|To):[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,50}[!-9;-~]{1,60}:/i,
    'mail',
    'message/rfc822',
  ],
];

function readHead(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, looked);
  const [first, second] = head;
  const wide = first === 0xff && second === 0xfe ? 0 : first === 0xfe && second === 0xff ? 1 : -1;
  if (wide >= 0)
    return latin(head.filter((_, at) => at > 1 && at % 2 === wide)).replaceAll('\0', '?');
  const text = latin(head).replace(/^\xef\xbb\xbf/, '');
  // Tab, line ends, form feed, escape (ISO 2022) and the mark of DOS for the end are signs of texts; other controls are not.
  const controls = text.match(/[\0-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls === 0 ? text : undefined;
}
