import { describe, expect, it } from 'vitest';
import { escalationOf } from '../../src/config/escalation.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { parseQueueFile } from '../../src/config/queues.ts';
import { parseSlaFile } from '../../src/config/slas.ts';

function chainOf(text: string) {
  const file = parseQueueFile(`name: Support\nescalation:\n${text}`, 'queues/support.yaml');
  return {
    chain: file.queue?.escalation,
    problems: file.problems.map(({ line, reason }) => `${line}: ${reason}`),
  };
}

describe('the chain of a queue file', () => {
  it('is a list of steps, with actions as lines or as tables', () => {
    const { chain, problems } = chainOf(`
  - at: 75%
    of: firstResponse
    do: [notify owner, raise high]
  - at: 100
    do: [notify role lead, level]
  - at: 150 %
    of: [update, solution]
    do:
      - notify: [queue, agent ben]
      - follow-the-sun: [Support::Americas, Support::Asia]
      - reassign: present
      - raise
      - note: Call the customer, now
      - tag late
  - { at: 200%, do: follow-the-sun Support::Americas Support::Asia }
`);
    expect(problems).toEqual([]);
    const all = ['firstResponse', 'update', 'solution'];
    const sun = { kind: 'follow-the-sun', queues: ['Support::Americas', 'Support::Asia'] };
    expect(chain).toEqual([
      {
        percent: 75,
        of: ['firstResponse'],
        actions: [
          { kind: 'notify', whom: [{ kind: 'owner' }] },
          { kind: 'raise', to: 'high' },
        ],
      },
      {
        percent: 100,
        of: all,
        actions: [{ kind: 'notify', whom: [{ kind: 'role', role: 'lead' }] }, { kind: 'level' }],
      },
      {
        percent: 150,
        of: ['update', 'solution'],
        actions: [
          { kind: 'notify', whom: [{ kind: 'queue' }, { kind: 'agent', login: 'ben' }] },
          sun,
          { kind: 'reassign', to: { kind: 'present' } },
          { kind: 'raise', to: undefined },
          { kind: 'note', text: 'Call the customer, now' },
          { kind: 'tag', tag: 'late' },
        ],
      },
      { percent: 200, of: all, actions: [sun] },
    ]);
  });

  it.each([
    ['  - at: soon\n    do: level\n', '3: "at" is "soon", but should be a part of the target'],
    ['  - do: level\n', '3: "at" is missing'],
    ['  - at: 75%\n', '3: A step of "escalation" needs a "do"'],
    [
      '  - at: 75%\n    of: answer\n    do: level\n',
      '4: "of" is "answer", but should be firstResponse',
    ],
    ['  - at: 75%\n    do: [notfy owner]\n', '4: Unknown action "notfy" (did you mean "notify"?)'],
    [
      '  - at: 75%\n    do:\n      - level\n      - raise lots\n',
      '6: "raise" should be alone, or with',
    ],
    ['  - at: 75%\n    do: notify the boss\n', '4: "notify" should be owner, responsible'],
    [
      '  - at: 75%\n    do: follow-the-sun Support\n',
      '4: "follow-the-sun" should be the names of at least',
    ],
    ['  - at: 75%\n    when: now\n    do: level\n', '4: Unknown setting of a step "when"'],
    ['  level\n', '3: "escalation" is "level", but should be a list of steps'],
  ])('says on which line it is wrong: %j', (text, problem) => {
    const { problems } = chainOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});

describe('the chain of a ticket', () => {
  const queue = (name: string, text = '') => ({
    file: `queues/${name.replaceAll(':', '-')}.yaml`,
    text: `name: "${name}"\n${text}`,
  });
  const parse = (...queues: readonly { file: string; text: string }[]) =>
    parseConfig({
      desk: undefined,
      queues,
      environment: {},
      flags: {},
      hostName: 'desk.example',
      directory: '/desk',
    });
  const step = 'escalation: [{ at: 50%, do: tag half }]\n';

  it('is that of its queue, else of the nearest above, and an empty one ends that', () => {
    const parsed = parse(
      queue('Support', step),
      queue('Support::Technical'),
      queue('Support::Quiet', 'escalation: []\n'),
      queue('Billing'),
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
    const lengthIn = (name: string) => escalationOf(parsed.value, name, undefined).length;
    expect(
      [
        'Support',
        'Support::Technical',
        'Support::Technical::Deep',
        'Support::Quiet',
        'Billing',
      ].map(lengthIn),
    ).toEqual([1, 1, 1, 0, 0]);
  });

  it('names queues that are there', () => {
    const parsed = parse(queue('Support', 'escalation:\n  - at: 50%\n    do: queue Bilings\n'));
    expect(parsed).toMatchObject({
      ok: false,
      refusal: [{ file: 'queues/Support.yaml', line: 4 }],
    });
  });

  it('is that of the service level where it has one', () => {
    const facts = { queues: ['Support'], calendars: [] };
    const text = `targets: { firstResponse: 1h }\n${step}`;
    expect(parseSlaFile({ file: 'slas/gold.yaml', text }, facts).sla?.escalation).toHaveLength(1);
    const wrong = `targets: { firstResponse: 1h }\nescalation: [{ at: 50%, do: queue Nowhere }]\n`;
    expect(parseSlaFile({ file: 'slas/gold.yaml', text: wrong }, facts).problems).toMatchObject([
      { line: 2 },
    ]);
  });
});
