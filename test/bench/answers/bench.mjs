/**
 * How well and how fast answers are offered: `npm run bench:answers`.
 *
 * Shares of mails whose module is first, and among the first three, of a desk that never answered anything and of one that answered
 * one mail of each topic and language before; then the time that one question takes with 1,000 modules and 20,000 earlier answers.
 */
import { evaluate, evaluateTaught, readMails, readModuleFiles, toldOf } from './evaluate.mjs';

const { createRanking } = await import('../../../dist/services/answers/ranking.js');
const { parseTextModule } = await import('../../../dist/config/text-modules.js');

const modules = readModuleFiles().flatMap(
  ({ file, text }) => parseTextModule(text, file).module ?? [],
);
const mails = readMails();
const earlier = readMails('earlier.jsonl');

const untaught = evaluate(createRanking, modules);
const taught = evaluateTaught(createRanking, modules, earlier);
const percent = (share) => `${(100 * share).toFixed(1).padStart(5)} %`;
console.log(`${modules.length} modules, ${mails.length} mails, ${earlier.length} earlier answers`);
console.log('                      without earlier answers     with earlier answers');
console.log('            mails      first     in three         first     in three');
for (const key of [...untaught.keys()].sort()) {
  const [one, other] = [untaught.get(key), taught.get(key)];
  console.log(
    key.padEnd(12),
    String(one.mails).padStart(4),
    percent(one.first).padStart(10),
    percent(one.firstThree).padStart(12),
    percent(other.first).padStart(13),
    percent(other.firstThree).padStart(12),
  );
}

/** Copies of the topics under other names with some other words, so that there are as many as a large desk has. */
function manyModules(count) {
  const many = [];
  for (let copy = 0; many.length < count; copy += 1)
    for (const module of modules) {
      if (many.length >= count) break;
      const words = `variant${copy} thing${copy % 7} part${(copy * 31) % 97}`;
      many.push({
        ...module,
        id: `${module.id}-${copy}`,
        file: `${module.file}-${copy}`,
        text: `${module.text} ${words}`,
      });
    }
  return many;
}

function manyAnswers(count) {
  const all = [...mails, ...earlier];
  return Array.from({ length: count }, (_, at) => {
    const mail = all[at % all.length];
    const other = all[(at * 7919) % all.length];
    const text =
      other.language === mail.language ? `${mail.text}\n${other.text.slice(0, 200)}` : mail.text;
    return toldOf(
      {
        ...mail,
        text: `${text}\nnumber${at % 5000} word${at % 613}`,
        topic: at % 3 === 0 ? undefined : mail.topic,
      },
      at,
    );
  });
}

const ranking = createRanking({ mostAnswers: 20_000 });
let began = performance.now();
ranking.setModules(manyModules(1000));
console.log(`\n1,000 modules told in ${Math.round(performance.now() - began)} ms`);
began = performance.now();
const answers = manyAnswers(20_000);
for (let at = 0; at < answers.length; at += 100) ranking.setAnswers(answers.slice(at, at + 100));
console.log(`20,000 earlier answers told in ${Math.round(performance.now() - began)} ms`);
const times = [];
const worked = process.cpuUsage();
for (const mail of mails) {
  const start = performance.now();
  ranking.rank({ ...mail, ticket: '1', queue: 'Support', queues: ['Support'], most: 8 });
  times.push(performance.now() - start);
}
const { user, system } = process.cpuUsage(worked);
times.sort((one, other) => one - other);
const at = (share) => `${times[Math.floor(times.length * share)].toFixed(1)} ms`;
console.log(`one question: median ${at(0.5)}, 95 % within ${at(0.95)}, longest ${at(0.999)}`);
console.log(
  `processor time a question: ${((user + system) / 1000 / mails.length).toFixed(1)} ms on average`,
);
console.log(`memory: ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`);
