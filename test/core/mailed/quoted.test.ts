/** What somebody wrote in an answer, without what the mail program put around it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMark, cutQuoted } from '../../../src/core/mailed/quoted.ts';

const mark = cutMark('20261123004266');
const notice = [
  mark,
  'Write above',
  '',
  'Kim wrote in your ticket.',
  'http://desk',
  '',
  'It is dark.',
];
const quotedNotice = notice.map((line) => `> ${line}`);
const words = 'Please screw in a new bulb.\n\nBest\nAnna';

/** The words, then what the program writes behind them. */
function mail(...behind: readonly string[]): string {
  return [words, '', ...behind].join('\n');
}

describe('cutQuoted', () => {
  it.each([
    ['On Mon, 23 Nov 2026 at 10:00, Support <support@desk.example> wrote:'],
    ['On Mon, 23 Nov 2026 at 10:00, A Very Long Desk Name\n<support@desk.example> wrote:'],
    ['Am 23.11.2026 um 10:00 schrieb Support <support@desk.example>:'],
    ['Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Support <\nsupport@desk.example>:'],
    ['Le lun. 23 nov. 2026 à 10:00, Support <support@desk.example> a écrit :'],
    ['El lun, 23 nov 2026 a las 10:00, Support (<support@desk.example>) escribió:'],
    ['Il giorno lun 23 nov 2026 alle ore 10:00 Support <support@desk.example> ha scritto:'],
    ['Op ma 23 nov 2026 om 10:00 schreef Support <support@desk.example>:'],
    ['Em seg., 23 de nov. de 2026 às 10:00, Support <support@desk.example> escreveu:'],
    ['W dniu 23.11.2026 o 10:00, Support <support@desk.example> napisał(a):'],
    ['пн, 23 нояб. 2026 г. в 10:00, Support <support@desk.example>:'],
    ['23.11.2026 10:00, Support пишет:'],
    ['2026年11月23日(月) 10:00 Support <support@desk.example>:'],
    ['在 2026年11月23日 10:00, Support 写道：'],
  ])('cuts the quotation that %j introduces', (introduction) => {
    expect(cutQuoted(mail(...introduction.split('\n'), ...quotedNotice))).toBe(words);
    expect(cutQuoted(mail(...introduction.split('\n'), '', ...quotedNotice))).toBe(words);
  });

  it.each([
    ['-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Anna\nSubject: Lamp'],
    ['-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Montag\nAn: Anna\nBetreff: Lampe'],
    ['________________________________\nVon: Support <s@d.example>\nGesendet: Montag\nAn: Anna'],
    ['From: Support <s@d.example>\nSent: Monday, 23 November 2026\nTo: Anna\nSubject: Lamp'],
    ['Von: Support <s@d.example>\nGesendet: Montag, 23. November 2026\nAn: Anna\nBetreff: Lampe'],
    ['De : Support <s@d.example>\nEnvoyé : lundi\nÀ : Anna\nObjet : Lampe'],
    ['*From:* Support\n*Sent:* Monday\n*To:* Anna\n*Subject:* Lamp'],
    ['发件人: Support\n发送时间: 2026年\n收件人: Anna\n主题: Lamp'],
  ])('cuts an unmarked block that begins with %j', (block) => {
    expect(cutQuoted(mail(...block.split('\n'), '', ...notice))).toBe(words);
  });

  it('cuts at our own mark, however the program quotes', () => {
    expect(cutQuoted(mail(...notice))).toBe(words);
    expect(cutQuoted(mail(`| ${mark}`, '| more'))).toBe(words);
    expect(cutQuoted([...notice, 'nothing of mine'].join('\n'))).toBe('');
  });

  it('cuts signatures of people and of telephones', () => {
    expect(cutQuoted(`Done.\n\n-- \nAnna Adler\nDesk GmbH`)).toBe('Done.');
    expect(cutQuoted(`Done.\n--\nAnna`)).toBe('Done.');
    expect(cutQuoted(`Done.\n\nSent from my iPhone\n\n${quotedNotice.join('\n')}`)).toBe('Done.');
    expect(cutQuoted(`Fertig.\n\nVon meinem iPhone gesendet`)).toBe('Fertig.');
  });

  it('keeps words that stand below or between quoted lines', () => {
    expect(cutQuoted([...quotedNotice, '', 'Below.'].join('\n'))).toBe('Below.');
    expect(cutQuoted('Hello\n\n> one?\nYes.\n> two?\nNo.\n-- \nAnna')).toBe('Hello\n\nYes.\n\nNo.');
  });

  it('keeps what only looks like a header or an introduction', () => {
    const text = 'From: the left side, turn it.\nThen wait.\nHe wrote:\nnothing at all.';
    expect(cutQuoted(text)).toBe(text);
    expect(cutQuoted('Write to kim@customer.example:\nit helps.')).toBe(
      'Write to kim@customer.example:\nit helps.',
    );
  });

  it('is total and stable, and loses no line before the quotation', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '> quoted',
        'On Monday Kim wrote:',
        '-- ',
        mark,
        '',
        'From: a',
        'Sent: b',
        'To: c',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const once = cutQuoted(lines.join('\n'));
        expect(cutQuoted(once).length).toBeLessThanOrEqual(once.length);
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{1,40}[.]$/), (plain) => {
        expect(cutQuoted(`${plain}\n\nOn Monday Kim <k@c.example> wrote:\n> x`)).toBe(
          plain.trimEnd(),
        );
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it('takes no long time for a long text', () => {
    const hostile = ['On '.repeat(130), 'a@b: '.repeat(80), '> x', '-'.repeat(400)];
    const text = Array.from({ length: 8000 }, (_, at) => hostile[at % 4]).join('\n');
    expect(cutQuoted(text).length).toBeLessThan(text.length);
  }, 60_000);
});
