import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOfCms, openSigned } from '../../../../src/storage/reading/unpack/smime.ts';
import { compressedData, element, envelopedData, signedData } from '../../../helpers/cms.ts';
import { effortOf } from '../../../helpers/effort.ts';

const entity = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n'.repeat(50));

describe('openSigned', () => {
  it('gives the signed content, in one piece and in many of open length', () => {
    expect(openSigned(signedData(entity))).toEqual({ content: entity, isBroken: false });
    expect(openSigned(signedData(entity, { pieces: 100 }))).toEqual({
      content: entity,
      isBroken: false,
    });
  });

  it('unpacks what is compressed', () => {
    expect(openSigned(compressedData(entity, { pieces: 32 }))).toEqual({
      content: entity,
      isBroken: false,
    });
  });

  it('gives the beginning of what is cut off, and says that it is broken', () => {
    for (const whole of [signedData(entity), signedData(entity, { pieces: 100 })]) {
      const cut = openSigned(whole.subarray(0, 1000));
      expect(cut?.isBroken).toBe(true);
      expect(cut?.content.length).toBeGreaterThan(700);
      expect(entity.subarray(0, cut?.content.length)).toEqual(cut?.content);
    }
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * at * 7919) >> 3));
    const packed = compressedData(noise);
    const cut = openSigned(packed.subarray(0, 1000));
    expect(cut?.isBroken).toBe(true);
    expect(noise.subarray(0, cut?.content.length)).toEqual(cut?.content);
  });

  it('reads it where base64 was left as it was', () => {
    const text = signedData(entity).toString('base64').replace(/.{64}/g, '$&\r\n');
    const pem = `-----BEGIN PKCS7-----\r\n${text}\r\n-----END PKCS7-----\r\n`;
    for (const form of [text, pem]) expect(openSigned(Buffer.from(form))?.content).toEqual(entity);
  });

  it('leaves closed what is encrypted, only certificates, or none of it', () => {
    for (const bytes of [
      envelopedData(),
      signedData(undefined),
      Buffer.from('no'),
      Buffer.alloc(0),
    ])
      expect(openSigned(bytes)).toBeUndefined();
    expect(
      [signedData(entity), compressedData(entity), envelopedData(), entity].map(kindOfCms),
    ).toEqual(['signed', 'compressed', 'encrypted', undefined]);
  });

  it('does not inflate without an end', () => {
    const bomb = compressedData(Buffer.alloc(51 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(200_000);
    expect(openSigned(bomb)).toBeUndefined();
  });

  it('is not made busy by nesting or by very small pieces', () => {
    const deep = Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0x30, 0x80])));
    const crumbs = signedData(Buffer.alloc(300_000, 65), { pieces: 1 });
    const effort = effortOf(() => {
      openSigned(deep);
      kindOfCms(deep);
      expect(openSigned(crumbs)?.content.length).toBe(300_000);
    });
    expect(effort).toBeLessThan(3000);
  });

  it('reads any bytes, and any change of right ones', () => {
    const whole = signedData(entity, { pieces: 64 });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        openSigned(bytes);
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        openSigned(Buffer.from(noise));
        openSigned(element(0x30, Buffer.from(noise)));
      }),
    );
  });
});
