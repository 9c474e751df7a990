import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hour, toInstant } from '../../../src/base/clock.ts';
import {
  afterPass,
  formatProgress,
  isWanted,
  type MailboxProgress,
  parseProgress,
  whatToAsk,
} from '../../../src/core/mailbox/progress.ts';

const since = toInstant(Date.UTC(2026, 10, 23, 10));
const known: MailboxProgress = { validity: '7', since, done: 10, left: [4, 8] };
const mail = (uid: number, more: object = {}) => ({
  uid,
  isSeen: false,
  isDeleted: false,
  arrived: since,
  ...more,
});

describe('a mailbox whose mails stay', () => {
  it('gives what is behind the last UID, read or not, and what was left', () => {
    expect(whatToAsk(known, '7', 'stays')).toEqual({ kind: 'uids', from: 11, also: [4, 8] });
    const uids = [3, 4, 8, 10, 11, 12];
    const wanted = uids.filter((uid) => isWanted(mail(uid, { isSeen: true }), known, '7', 'stays'));
    expect(wanted).toEqual([4, 8, 11, 12]);
  });

  it('gives, under another UIDVALIDITY, what is unread or came since the first look', () => {
    expect(whatToAsk(known, '8', 'stays')).toEqual({ kind: 'unread-or-since', since });
    const old = toInstant(since - hour);
    const asked = [
      mail(1, { arrived: old }),
      mail(2, { arrived: old, isSeen: true }),
      mail(3, { isSeen: true }),
      mail(4, { isSeen: true, arrived: undefined }),
    ];
    const wanted = asked.filter((each) => isWanted(each, known, '8', 'stays'));
    expect(wanted.map(({ uid }) => uid)).toEqual([1, 3, 4]);
  });

  it('gives nothing that was deleted', () => {
    expect(isWanted(mail(11, { isDeleted: true }), known, '7', 'stays')).toBe(false);
  });
});

it('a mailbox whose mails leave gives everything, read or not', () => {
  expect(whatToAsk(known, '7', 'leaves')).toEqual({ kind: 'all' });
  expect(isWanted(mail(1, { isSeen: true }), known, '7', 'leaves')).toBe(true);
});

describe('afterPass', () => {
  it('goes on to the last UID and keeps what was left', () => {
    const pass = { validity: '7', last: 15, settled: [4, 11, 12], left: [8, 13] };
    expect(afterPass(known, pass)).toEqual({ validity: '7', since, done: 15, left: [8, 13] });
  });

  it('begins anew under another UIDVALIDITY, but not with the time before the desk', () => {
    const pass = { validity: '8', last: 3, settled: [1, 3], left: [] };
    expect(afterPass(known, pass)).toEqual({ validity: '8', since, done: 3, left: [] });
  });

  it('never goes back', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.array(fc.nat(100)), (last, settled) => {
        const after = afterPass(known, { validity: '7', last, settled, left: [] });
        expect(after.done).toBeGreaterThanOrEqual(known.done);
      }),
    );
  });
});

describe('the file', () => {
  it('gives back what was written', () => {
    expect(parseProgress(formatProgress(known))).toEqual(known);
  });

  it('may hold anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const progress = parseProgress(text);
        if (progress !== undefined)
          expect(parseProgress(formatProgress(progress))).toEqual(progress);
      }),
    );
    for (const text of ['', '{}', 'null', '[]', '{"validity":"7","since":"x","done":1,"left":[]}'])
      expect(parseProgress(text)).toBeUndefined();
  });
});
