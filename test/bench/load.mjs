/**
 * A load generator in a process of its own: sends mails over raw SMTP and reports what it saw.
 *
 *   node load.mjs PORT CONNECTIONS MAILS RUN
 *
 * Mails have 2 to 4 kB; every fourth is a follow-up to an earlier one by References. Prints one JSON line:
 * {mails, tickets, seconds, p50, p99, words}: accept times in ms from MAIL FROM to the final 250, and the
 * words by which the last mails can be searched.
 */
import { connect } from 'node:net';

const [port, connections, mails, run] = process.argv.slice(2);
const total = Number(mails);
const times = [];
const words = [];
const sentIds = [];
let next = 0;
let opened = 0;

const vocabulary =
  'lamp invoice member renewal password account payment refund mobile event partner profile message contact group premium voucher address receipt language'.split(
    ' ',
  );

function makeMail(index) {
  const id = `${run}-${index}@load.example`;
  const parent = index % 4 === 3 ? sentIds[Math.floor(Math.random() * sentIds.length)] : undefined;
  const word = `zq${run}x${index}`;
  const text = [];
  for (let size = 0, goal = 1500 + Math.random() * 2000; size < goal; ) {
    const line = Array.from(
      { length: 10 },
      () => vocabulary[Math.floor(Math.random() * vocabulary.length)],
    ).join(' ');
    text.push(line);
    size += line.length + 2;
  }
  const head = [
    `From: Customer ${index} <customer${index}.${run}@load.example>`,
    'To: support@localhost',
    `Subject: ${parent === undefined ? '' : 'Re: '}Question ${index} about ${vocabulary[index % vocabulary.length]}`,
    `Message-ID: <${id}>`,
    ...(parent === undefined ? [] : [`In-Reply-To: <${parent}>`, `References: <${parent}>`]),
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  if (parent === undefined) opened += 1;
  return {
    id,
    word,
    bytes: `${head.join('\r\n')}\r\n\r\n${word}\r\n${text.join('\r\n')}\r\n.\r\n`,
  };
}

function client() {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    let buffer = '';
    let wait;
    socket.on('data', (chunk) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (line[3] === ' ' && wait !== undefined) {
          const answer = wait;
          wait = undefined;
          answer(line);
        }
      }
    });
    socket.on('error', reject);
    const hear = () =>
      new Promise((answer) => {
        wait = answer;
      });
    const say = async (text, expected) => {
      const heard = hear();
      socket.write(text);
      const line = await heard;
      if (!line.startsWith(expected))
        throw new Error(`"${text.slice(0, 40).trim()}" was answered with "${line}"`);
    };
    const work = async () => {
      await hear();
      await say('EHLO load.example\r\n', '250');
      while (next < total) {
        const mail = makeMail(next);
        next += 1;
        const began = performance.now();
        await say(`MAIL FROM:<bounce@load.example>\r\n`, '250');
        await say('RCPT TO:<support@localhost>\r\n', '250');
        await say('DATA\r\n', '354');
        await say(mail.bytes, '250');
        times.push(performance.now() - began);
        sentIds.push(mail.id);
        words.push(mail.word);
      }
      socket.end('QUIT\r\n');
    };
    work().then(resolve, reject);
  });
}

const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, client));
const seconds = (performance.now() - began) / 1000;
times.sort((one, other) => one - other);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(
  JSON.stringify({
    mails: total,
    tickets: opened,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    words: words.slice(-20),
  }),
);
