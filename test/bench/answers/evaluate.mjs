/**
 * How often the right module is offered, over the mails and modules beside this file.
 *
 * The mails fall into two halves by their own hash: weights were chosen by looking at `tuned` alone, `held` is what counts.
 * With earlier answers, every other mail of the same half stands for one that was answered with its module before.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

/** Paths below `config/`, as the desk knows them, with their texts. */
export function readModuleFiles() {
  const root = join(here, 'modules');
  return readdirSync(root, { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => ({
      file: `answers/${name.replaceAll('\\', '/')}`,
      text: readFileSync(join(root, name), 'utf8'),
    }));
}

export function readMails(name = 'mails.jsonl') {
  return readFileSync(join(here, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...JSON.parse(line), half: halfOf(line) }));
}

function halfOf(line) {
  return createHash('sha256').update(line).digest()[0] % 2 === 0 ? 'tuned' : 'held';
}

const number = (at) => `2026010100${String(at).padStart(6, '0')}0`;

/** An earlier answer to the mail, made with its module. */
export function toldOf(mail, at) {
  return {
    ticket: { number: number(at), queue: 'Support', language: mail.language },
    answers: [
      {
        ticket: number(at),
        message: `m${at}`,
        at,
        subject: mail.subject,
        mail: mail.text,
        text: `Answer ${at}`,
        modules: mail.topic === undefined ? [] : [mail.topic],
      },
    ],
  };
}

/** Rank of the right module, from 0; -1 when it is not among the first three. */
export function placeOf(ranking, mail) {
  const ranked = ranking.rank({
    ticket: number(999_999),
    subject: mail.subject,
    text: mail.text,
    language: mail.language,
    queue: 'Support',
    queues: ['Support'],
    most: 3,
  });
  return ranked.findIndex(
    (each) => each.kind === 'module' && each.file === `answers/${mail.topic}.${mail.language}.md`,
  );
}

/** Shares by half and language. */
export function summarize(results) {
  const groups = new Map();
  for (const { mail, place } of results)
    for (const key of [mail.half, `${mail.half} ${mail.language}`, 'all']) {
      const sum = groups.get(key) ?? { mails: 0, first: 0, firstThree: 0 };
      sum.mails += 1;
      if (place === 0) sum.first += 1;
      if (place >= 0) sum.firstThree += 1;
      groups.set(key, sum);
    }
  return new Map(
    [...groups].map(([key, { mails, first, firstThree }]) => [
      key,
      { mails, first: first / mails, firstThree: firstThree / mails },
    ]),
  );
}

/** A desk that has modules and never answered a mail. */
export function evaluate(createRanking, modules, mails = readMails()) {
  const ranking = createRanking({ mostAnswers: 20_000 });
  ranking.setModules(modules);
  return summarize(mails.map((mail) => ({ mail, place: placeOf(ranking, mail) })));
}

/** A desk that answered these mails with their modules before. */
export function evaluateTaught(createRanking, modules, earlier, mails = readMails()) {
  const ranking = createRanking({ mostAnswers: 20_000 });
  ranking.setModules(modules);
  ranking.setAnswers(earlier.map(toldOf));
  return summarize(mails.map((mail) => ({ mail, place: placeOf(ranking, mail) })));
}
