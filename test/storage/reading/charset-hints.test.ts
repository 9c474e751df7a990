import { describe, expect, it } from 'vitest';
import { hintsOfMail } from '../../../src/storage/reading/charset-hints.ts';

describe('hintsOfMail', () => {
  const mail = (header: Buffer | string, body: Buffer | string): [Buffer, number] => {
    const start = Buffer.concat([Buffer.from(header), Buffer.from('\r\n\r\n')]);
    return [Buffer.concat([start, Buffer.from(body)]), start.length];
  };
  const rawName = Buffer.from([...Buffer.from('From: '), 0xf1, 0xce]);

  it('takes the label of the mail, then that of any part, then a guess', () => {
    expect(hintsOfMail(...mail(rawName, ''), 'koi8-r')).toEqual({ charset: 'koi8-r' });
    expect(
      hintsOfMail(
        ...mail(rawName, 'Content-Type: text/plain; charset="us-ascii"\r\ncharset=KOI8-R'),
      ),
    ).toEqual({ charset: 'KOI8-R' });
    const body = Buffer.from('f0d2c9d7c5d42c20cbc1cb20c4c5ccc13f', 'hex');
    expect(hintsOfMail(...mail(rawName, body), 'us-ascii')).toEqual({ charset: 'koi8-r' });
  });

  it('asks nobody where the header has nothing to guess', () => {
    expect(hintsOfMail(...mail('Subject: plain', Buffer.from([0xf1, 0xce])))).toEqual({});
    expect(hintsOfMail(...mail('Subject: Größe', 'x'))).toEqual({});
  });
});
