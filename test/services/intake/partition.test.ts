/**
 * The same mails give the same tickets in whatever order they come: through the rules over tickets in memory very often,
 * and through intake on a real disk a few times. The seed stands in the name of what fails.
 */
import { describe, expect, it } from 'vitest';
import { openTestDesk, plainMail } from '../../helpers/test-desk.ts';
import {
  type ConversationOptions,
  createRandom,
  expectedGroups,
  type ReferenceStyle,
  shuffle,
  type TreeMail,
  toGroups,
  writeConversations,
} from './conversations.ts';
import { createMemoryThreads } from './memory-threads.ts';

const runs = Number(process.env.MAILDESK_TEST_PARTITIONS ?? 60);
const orders = 3;

const forms: readonly (readonly [name: string, options: Partial<ConversationOptions>])[] = [
  ['that name their parent alone', { styles: ['parent'], answersAll: false }],
  ['that name their parent alone, to all', { styles: ['parent'], answersAll: true }],
  ['that name all ancestors', { styles: ['whole'], answersAll: false }],
];

/** Here a single mail may be the only witness that two conversations are one. */
const thinForms: typeof forms = [
  ['that name the last two ancestors', { styles: ['last-two'], answersAll: false }],
  ['that name the last two ancestors, to all', { styles: ['last-two'], answersAll: true }],
  ['of programs that differ', { answersAll: false }],
  ['of programs that differ, to all', { answersAll: true }],
];

const allStyles: readonly ReferenceStyle[] = ['whole', 'parent', 'last-two'];

function optionsOf(random: () => number, given: Partial<ConversationOptions>): ConversationOptions {
  return {
    threads: 1 + Math.floor(random() * 4),
    mails: 4 + Math.floor(random() * 24),
    people: 2 + Math.floor(random() * 6),
    styles: allStyles,
    answersAll: true,
    ...given,
  };
}

/** Some come twice. */
function withRepetitions(random: () => number, mails: readonly TreeMail[]): readonly TreeMail[] {
  return mails.flatMap((mail) => (random() < 0.2 ? [mail, mail] : [mail]));
}

async function deliver(random: () => number, mails: readonly TreeMail[]) {
  const threads = createMemoryThreads();
  for (const mail of shuffle(random, withRepetitions(random, mails))) await threads.receive(mail);
  return threads;
}

describe('conversations in memory', () => {
  it.each(forms)('fall into the same tickets in any order: of mails %s', async (_, given) => {
    for (let seed = 1; seed <= runs; seed += 1) {
      const random = createRandom(seed);
      const mails = writeConversations(random, optionsOf(random, given));
      for (let order = 0; order < orders; order += 1) {
        const { ticketOf } = await deliver(random, mails);
        const groups = toGroups(mails.map(({ id }) => [id, ticketOf(id)]));
        expect(groups, `seed ${seed}, order ${order}`).toEqual(expectedGroups(mails));
      }
    }
  });

  // Where the writer of that witness is known in neither, a person is asked.
  it.each(thinForms)('do so but for what a person is asked: mails %s', async (_, given) => {
    for (let seed = 1; seed <= runs; seed += 1) {
      const random = createRandom(seed);
      const mails = writeConversations(random, optionsOf(random, given));
      const { suggestedTicketOf } = await deliver(random, mails);
      const groups = toGroups(mails.map(({ id }) => [id, suggestedTicketOf(id)]));
      expect(groups, `seed ${seed}`).toEqual(expectedGroups(mails));
    }
  });
});

describe('conversations through intake', () => {
  /** So many in which mails come at once, for what they may do to each other depends on chance. */
  const seeds = Array.from({ length: 20 }, (_, at) => at + 1);

  it.each(seeds)(
    'fall into the same tickets, one after another or at once, seed %i',
    async (seed) => {
      const random = createRandom(seed);
      const mails = writeConversations(random, {
        ...optionsOf(random, { styles: ['parent'], answersAll: seed % 2 === 1 }),
        mails: 14,
      });
      for (const isAtOnce of seed <= 2 ? [false, true] : [true]) {
        const shuffled = shuffle(random, withRepetitions(random, mails));
        const groups = await partitionOnDisk(shuffled, isAtOnce);
        expect(groups, `at once: ${isAtOnce}`).toEqual(expectedGroups(mails));
      }
    },
  );
});

async function partitionOnDisk(mails: readonly TreeMail[], isAtOnce: boolean) {
  const test = await openTestDesk({ settings: { confirmations: 'false' } });
  try {
    const receive = (mail: TreeMail) => test.receive(toRaw(mail), { sender: mail.from });
    if (isAtOnce) await Promise.all(mails.map(receive));
    else for (const mail of mails) await receive(mail);
    const members: (readonly [string, string])[] = [];
    for await (const number of test.desk.store.numbers()) {
      const folder = await test.desk.reader.read(number);
      // What was merged is read with its survivor.
      if (folder === undefined || folder.ticket.mergedInto !== undefined) continue;
      for (const { event } of folder.messages)
        if (event.kind === 'mail-in') members.push([event.mail.messageId ?? '', number]);
    }
    return toGroups(members);
  } finally {
    await test.close();
  }
}

function toRaw({ id, references, inReplyTo, from, to }: TreeMail): string {
  return plainMail({
    From: from,
    To: ['support@localhost', ...to].join(', '),
    'Message-ID': `<${id}>`,
    ...(inReplyTo === undefined ? {} : { 'In-Reply-To': `<${inReplyTo}>` }),
    ...(references.length === 0
      ? {}
      : { References: references.map((each) => `<${each}>`).join(' ') }),
  });
}
