/** Mails whose parts are not where their header says. */
import { describe, expect, it } from 'vitest';
import { decodeMail } from '../../../src/storage/codec.ts';
import { compressedData } from '../../helpers/cms.ts';
import { read, seen, toBytes, whole } from './mails.ts';

const words = ['Content-Type: text/plain', '', 'The lamp is dark.'];
const file = [
  'Content-Type: image/png; name="lamp.png"',
  'Content-Transfer-Encoding: base64',
  '',
  'UE5H',
];

describe('boundaries', () => {
  const both = { text: 'The lamp is dark.', files: ['lamp.png image/png'] };

  it.each<[string, readonly string[], readonly string[]]>([
    ['as they should be', ['; boundary="b"', '--b', '--b', '--b--'], []],
    ['blanks behind them', ['; boundary=b', '--b  \t', '--b ', '--b--   '], []],
    ['never closed', ['; boundary=b', '--b', '--b', ''], ['truncated']],
    ['nobody names one', ['', '--b', '--b', '--b--'], ['boundary-broken']],
    ['an empty name', ['; boundary=""', '--b', '--b', '--b--'], ['boundary-broken']],
    ['one that never occurs', ['; boundary="c"', '--b', '--b', '--b--'], ['boundary-broken']],
    ['other case', ['; boundary="Aa-1"', '--aA-1', '--aA-1', '--aA-1--'], ['boundary-broken']],
    ['quotes in the lines', ['; boundary=b', '--"b"', '--"b"', '--"b"--'], ['boundary-broken']],
    ['hyphens in the name', ['; boundary="--b"', '--b', '--b', '--b--'], ['boundary-broken']],
    ['signs of patterns', ['; boundary="(a+)*$."', '--(a+)*$.', '--(a+)*$.', '--(a+)*$.--'], []],
  ])('%s: text and file are found', async (_, [parameter = '', first, second, last], problems) => {
    const decoded = await read(
      `Content-Type: multipart/mixed${parameter}`,
      '',
      'A preamble that nobody sees.',
      first ?? '',
      ...words,
      second ?? '',
      ...file,
      last ?? '',
    );
    expect(seen(decoded)).toEqual({ ...both, problems });
    expect(decoded.contents.map(String)).toEqual(['PNG']);
  });

  it('one that begins like another is another', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: multipart/alternative; boundary="b-in"',
      '',
      '--b-in',
      ...words,
      '--b-in--',
      '--b',
      ...file,
      '--b--',
    );
    expect(seen(decoded)).toEqual({ ...both, problems: [] });
  });

  it('the inner multipart may be left open', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=out',
      '',
      '--out',
      'Content-Type: multipart/alternative; boundary=in',
      '',
      '--in',
      ...words,
      '--out',
      ...file,
      '--out--',
    );
    expect(seen(decoded)).toEqual({ ...both, problems: ['boundary-broken'] });
  });

  it('inner and outer ones are the same: the inner multipart comes first', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=same',
      '',
      '--same',
      'Content-Type: multipart/alternative; boundary=same',
      '',
      '--same',
      ...words,
      '--same--',
      '--same',
      ...file,
      '--same--',
    );
    expect(seen(decoded)).toEqual({ ...both, problems: [] });
  });

  it('parts go on behind what was said to be the last boundary', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...words,
      '--b--',
      '--b',
      ...file,
      '--b--',
      'An epilogue that nobody sees.',
    );
    expect(seen(decoded)).toEqual({ ...both, problems: ['boundary-broken'] });
  });

  it('a multipart that is none is plain text, quoted lines and signature included', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=never',
      '',
      'The lamp is dark.',
      '-- ',
      'Ann',
      '-----Original Message-----',
      'Is it?',
    );
    expect(seen(decoded)).toEqual({
      text: 'The lamp is dark.\n-- \nAnn\n-----Original Message-----\nIs it?',
      files: [],
      problems: ['boundary-broken'],
    });
  });

  it('the mail ends within the header of a part', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...words,
      '--b',
      'Content-Type: image/png; na',
    );
    expect(seen(decoded)).toEqual({
      text: 'The lamp is dark.',
      files: ['attachment-1 image/png'],
      problems: ['truncated'],
    });
  });
});

describe('a multipart that is encoded as a whole, against the rules', () => {
  const inner = ['--b', ...words, '--b', ...file, '--b--', ''].join('\r\n');
  const both = { text: 'The lamp is dark.', files: ['lamp.png image/png'] };

  it('in base64 is opened', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(inner).toString('base64'),
    );
    expect(seen(decoded)).toEqual({ ...both, problems: ['boundary-broken'] });
  });

  it('only says so, as many programs do: its parts are as they stand', async () => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      inner,
    );
    expect(seen(decoded)).toEqual({ ...both, problems: [] });
  });
});

describe('headers', () => {
  const plain = { text: 'The lamp is dark.', files: [], problems: [] };

  it.each<[string, readonly string[]]>([
    ['a byte order mark', [`\uFEFF${whole[0]}`, ...whole.slice(1)]],
    ['blank lines', ['', '', ...whole]],
    ['a line of a mailbox file', ['From ann@customer.example Mon Nov 23 10:15:30 2026', ...whole]],
    ['a line that continues nothing', [' folded', ...whole]],
    ['lines without a colon', [...whole.slice(0, 1), 'no field at all', ...whole.slice(1)]],
  ])('may begin with %s', async (_, header) => {
    const decoded = await decodeMail(toBytes([...header, '', 'The lamp is dark.']));
    expect(seen(decoded)).toEqual(plain);
    expect(decoded.mail.from?.address).toBe('ann@customer.example');
    expect(decoded.mail.subject).toBe('Lamp');
  });

  it.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CR CR LF', '\r\r\n'],
  ])('and parts with line ends of %s', async (_, lineEnd) => {
    const lines = [
      ...whole,
      'Content-Type: multipart/mixed;',
      ' boundary="b"',
      '',
      '--b',
      ...words,
      '--b',
      ...file,
      '--b--',
    ];
    expect(seen(await decodeMail(toBytes(lines, lineEnd)))).toEqual({
      text: 'The lamp is dark.',
      files: ['lamp.png image/png'],
      problems: [],
    });
  });

  it('end where the words begin, if no blank line does', async () => {
    const decoded = await decodeMail(toBytes([...whole, 'The lamp is dark.', 'Since Sunday.']));
    expect(seen(decoded)).toEqual({ ...plain, text: 'The lamp is dark.\nSince Sunday.' });
  });

  it('are missing altogether: everything is text', async () => {
    const decoded = await decodeMail(toBytes(['Dear support', '', 'The lamp is dark.']));
    expect(seen(decoded)).toEqual({
      text: 'Dear support\n\nThe lamp is dark.',
      files: [],
      problems: ['no-from', 'no-date', 'no-message-id'],
    });
  });

  it.each<[string, readonly string[]]>([
    ['without header and blank line', ['The lamp is dark.']],
    ['with words like a field', ['Note: it is', '', 'The lamp is dark.']],
    ['without a header', ['', 'The lamp is dark.']],
  ])('of a part: one %s', async (_, part) => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...part,
      '--b--',
    );
    expect(seen(decoded).text).toBe(part.join('\n').trim());
  });

  it.each([
    ['Content-Type: text; plain charset==utf-8;;; =x'],
    ['Content-Type: text'],
    ['Content-Type: '],
    ['Content-Type: ;;;'],
    ['Content-Type: ../../etc/passwd'],
    ['Content-Type: text/plain charset=utf-8'],
  ])('say nonsense of the type: %s', async (field) => {
    expect(seen(await read(field, '', 'The lamp is dark.'))).toEqual(plain);
  });

  it('name two types: the first that is one counts', async () => {
    const fields = ['Content-Type: nonsense', 'Content-Type: text/html', 'Content-Type: image/png'];
    expect((await read(...fields, '', '<b>Dark</b>')).mail.html).toBe('<b>Dark</b>');
  });
});

describe('attached mails', () => {
  const inner = [...whole.slice(0, 2), 'Subject: Inner: lamp/1', '', 'I am inside.'];

  it.each([
    ['as it stands', inner, '7bit'],
    ['in base64', [toBytes(inner).toString('base64')], 'base64'],
  ])('%s are files with their whole bytes, named by their subject', async (_, body, encoding) => {
    const decoded = await read(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...words,
      '--b',
      'Content-Type: message/rfc822',
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      ...body,
      '--b--',
    );
    expect(seen(decoded)).toEqual({
      text: 'The lamp is dark.',
      files: ['Inner lamp 1.eml message/rfc822'],
      problems: [],
    });
    expect(decoded.contents[0]).toEqual(toBytes(inner));
  });

  it('of a digest need not say that they are mails', async () => {
    const decoded = await read(
      'Content-Type: multipart/digest; boundary=b',
      '',
      '--b',
      '',
      ...inner,
      '--b--',
    );
    expect(seen(decoded).files).toEqual(['Inner lamp 1.eml message/rfc822']);
  });
});

describe('limits', () => {
  function nested(depth: number): Buffer {
    const lines = [...whole];
    for (let level = 0; level < depth; level += 1)
      lines.push(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`);
    return toBytes([...lines, 'Content-Type: text/plain', '', 'The innermost words.']);
  }

  it('parts fifty deep are read, and deeper ones are one file that can be opened', async () => {
    expect(seen(await decodeMail(nested(50)))).toMatchObject({
      text: 'The innermost words.',
      files: [],
    });
    const decoded = await decodeMail(nested(60));
    expect(seen(decoded).problems).toContain('too-deep');
    expect(decoded.mail.text).toContain('The innermost words.');
    expect(decoded.mail.attachments).toMatchObject([{ type: 'message/rfc822' }]);
    const [bytes = Buffer.alloc(0)] = decoded.contents;
    expect((await decodeMail(bytes)).mail.text.trim()).toBe('The innermost words.');
  });

  it('the first thousand parts are read', async () => {
    const lines = Array.from({ length: 1500 }, (_, at) => ['--b', '', `Part ${at}.`]).flat();
    const decoded = await read('Content-Type: multipart/mixed; boundary=b', '', ...lines, '--b--');
    expect(seen(decoded).problems).toEqual(['too-many-parts']);
    expect(decoded.mail.text).toContain('Part 998.');
    expect(decoded.mail.text).not.toContain('Part 999.');
  });

  it('of a long header the fields that a mail is known by are read first', async () => {
    const decoded = await decodeMail(
      toBytes([`X-Long: ${'x'.repeat(600_000)}`, 'X-Next: y', ...whole, '', 'The lamp is dark.']),
    );
    expect(seen(decoded)).toEqual({
      text: 'The lamp is dark.',
      files: [],
      problems: ['header-too-long'],
    });
    expect(decoded.mail.fields.get('x-long')?.[0]?.length).toBe(20_000);
    expect(decoded.mail.subject).toBe('Lamp');
  });

  it('a text of many megabytes is shown shortened', async () => {
    const decoded = await read('', 'The lamp is dark. '.repeat(300_000));
    expect(seen(decoded).problems).toEqual(['text-shortened']);
    expect(decoded.mail.text.length).toBe(4_000_000);
  });
});

describe('what is too much', () => {
  it('more than is unpacked in one mail stays packed, and is said to', async () => {
    const entity = Buffer.concat([
      Buffer.from('Content-Type: application/octet-stream\r\n\r\n'),
      Buffer.alloc(40 * 1024 * 1024),
    ]);
    const packed = compressedData(entity).toString('base64');
    const part = [
      '--b',
      'Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z',
      'Content-Transfer-Encoding: base64',
      '',
      packed,
    ];
    const { mail, contents } = await read(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...part,
      ...part,
      ...part,
      ...part,
      '--b--',
      '',
    );
    expect(mail.problems.map(({ code }) => code)).toEqual(['decoded-too-large']);
    expect(mail.attachments.filter(({ from }) => from === 'smime')).toHaveLength(3);
    expect(contents.slice(0, 4).every((each) => each.toString('base64') === packed)).toBe(true);
  });

  it('of more fields than are read the first count, and those by which a mail is known', async () => {
    const { mail } = await read(
      ...Array.from({ length: 3000 }, (_, at) => `X-Field-${at}: ${at}`),
      'Content-Type: text/plain',
      '',
      'The lamp is dark.',
    );
    expect(mail.text).toBe('The lamp is dark.');
    expect(mail.fields.get('x-field-0')).toEqual(['0']);
    expect(mail.fields.size).toBeLessThanOrEqual(2010);
    expect(mail.problems.map(({ code }) => code)).toContain('header-too-long');
  });
});
