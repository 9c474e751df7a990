import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../../src/config/rules.ts';
import { noVerdicts } from '../../../src/core/message/verdicts.ts';
import { evaluateRules } from '../../../src/core/rules/evaluate.ts';
import { readFiredRules, routeBy, withRouting } from '../../../src/core/rules/outcome.ts';
import type { Rule } from '../../../src/core/rules/rule.ts';
import { effortOf } from '../../helpers/effort.ts';
import { plain, subjectOf } from './subject.ts';

function rulesOf(text: string): readonly Rule[] {
  const { rules, problems } = parseRuleFile(text, 'rules/x.yaml', {
    queues: ['Support', 'Billing'],
    agents: ['anna'],
  });
  expect(problems).toEqual([]);
  return rules;
}

function holds(condition: string, subject = subjectOf()): boolean {
  const rules = rulesOf(`rules: [{name: x, on: any, when: {${condition}}, then: {tags: x}}]`);
  return evaluateRules(rules, subject).fired.length === 1;
}

describe('a condition', () => {
  it.each([
    ['recipient: billing@desk.example', true],
    ['recipient: support@desk.example', false],
    ['to: support@desk.example', true],
    ['to: "billing@*"', true],
    ['sender: customer.example', true],
    ['from: "*@customer.example"', true],
    ['from: "*.example"', true],
    ['from: "kim@example"', false],
    ['from: /^kim berg/', true],
    ['client: "*192.0.2.1*"', true],
    ['subject: [nothing, invoice]', true],
    ['subject: voice', false],
    ['body: the invoice', true],
    ['header: {X-Mailer: outlook}', true],
    ['header: {X-Mailer: outlook, X-Other: "*"}', false],
    ['language: de', true],
    ['language: en', false],
    ['language: de-AT', true],
    ['size: under 2KB', true],
    ['size: ">1000B"', false],
    ['size: ">=1000B"', true],
    ['attachment: no', true],
    ['attachment: "*"', false],
    ['spam: yes', false],
    ['spam: no', false],
    ['spam: unchecked', true],
    ['spam: ">0"', false],
    ['virus: unchecked', true],
    ['sender-auth: {dmarc: none}', false],
    ['automatic: no', true],
    ['automatic: false', true],
    ['customer: new', true],
    ['customer: customer.example', true],
    ['time: mon-fri 09:00-17:00', true],
    ['time: [sat, "wed 11:15-11:16"]', true],
    ['via: [lmtp, smtp]', true],
    ['via: imap', false],
    ['follow-up: no', true],
    ['any: [{subject: nothing}, {body: may}]', true],
    ['all: [{subject: nothing}, {body: may}]', false],
    ['not: {subject: nothing, body: may}', true],
    ['not: {subject: invoice}', false],
  ])('%s: %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('looks at names and types of attachments', () => {
    const pdf = { id: 0, name: 'May.pdf', type: 'application/pdf', size: 10, inline: false };
    const subject = subjectOf({ attachments: [pdf] });
    expect(
      ['application/pdf', '"*.pdf"', 'application/*', '/^may/', 'yes'].map((pattern) =>
        holds(`attachment: ${pattern}`, subject),
      ),
    ).toEqual([true, true, true, true, true]);
    expect(holds('attachment: "*.exe"', subject)).toBe(false);
  });

  it('looks at verdicts', () => {
    const subject = subjectOf(
      {},
      {
        automatic: { kind: 'bulk', reason: 'Precedence' },
        earlierTickets: 3,
        verdicts: {
          ...noVerdicts,
          spam: { flag: true, score: 7.5, by: 'spamd', tests: [] },
          virus: { found: false, name: undefined, by: 'clamd' },
          sender: {
            spf: 'softfail',
            dkim: 'pass',
            dmarc: 'fail',
            arc: 'none',
            dkimDomain: undefined,
            dmarcPolicy: undefined,
            by: 'desk',
          },
        },
      },
    );
    const all = [
      'spam: yes',
      'spam: over 7',
      'virus: no',
      'sender-auth: {dmarc: fail, spf: [fail, softfail]}',
      'automatic: bulk',
      'automatic: yes',
      'customer: known',
    ];
    expect(all.filter((condition) => !holds(condition, subject))).toEqual([]);
    expect(holds('automatic: bounce', subject)).toBe(false);
  });
});

describe('several rules', () => {
  const text = `
rules:
  - name: first
    then: {queue: Billing, priority: high, tags: [a]}
  - name: second
    when: {subject: invoice}
    then: {priority: urgent, tags: [a, b], auto-reply: no}
  - name: for answers
    on: follow-up
    then: {queue: Support}
  - name: third
    when: {subject: invoice}
    then: {stop: yes}
  - name: fourth
    then: {queue: Support}
`;

  it('are asked in order, the later one wins, and stop ends it', () => {
    const { fired, traces } = evaluateRules(rulesOf(text), subjectOf(), { explain: true });
    expect(fired.map(({ name }) => name)).toEqual(['first', 'second', 'third']);
    expect(traces.map(({ result }) => result)).toEqual([
      'fired',
      'fired',
      'only-follow-up',
      'fired',
      'stopped',
    ]);
    expect(routeBy(fired)).toEqual({
      changes: [
        { kind: 'set', field: 'queue', value: 'Billing' },
        { kind: 'set', field: 'priority', value: 'urgent' },
        { kind: 'add', set: 'tag', value: 'a' },
        { kind: 'add', set: 'tag', value: 'b' },
      ],
      fields: [
        ['Rule', 'first; file=rules/x.yaml; queue=Billing'],
        ['Rule', 'second; file=rules/x.yaml; priority=urgent; tags=a b; auto-reply=no'],
        ['Rule', 'third; file=rules/x.yaml'],
      ],
      silencedBy: 'second',
    });
  });

  it('ask for follow-ups only where they say so', () => {
    const { fired } = evaluateRules(rulesOf(text), subjectOf({}, { isFollowUp: true }));
    expect(fired.map(({ name }) => name)).toEqual(['for answers']);
  });

  it('explain each condition with what it saw', () => {
    const rules = rulesOf(
      'rules: [{name: x, when: {subject: nothing, size: ">5MB"}, then: {tags: x}}]',
    );
    const { traces } = evaluateRules(rules, subjectOf(), { explain: true });
    expect(traces[0]?.condition).toEqual({
      kind: 'all',
      holds: false,
      of: [
        {
          kind: 'test',
          holds: false,
          key: 'subject',
          wanted: 'nothing',
          saw: 'Invoice 4711 is wrong',
        },
        { kind: 'test', holds: false, key: 'size', wanted: '>5MB', saw: '1000 bytes' },
      ],
    });
  });

  it('write what can be read again', () => {
    const { fields } = routeBy(evaluateRules(rulesOf(text), subjectOf()).fired);
    const block = new Map([['rule', fields.map(([, value]) => value)]]);
    expect(readFiredRules(block)[1]).toEqual({
      name: 'second',
      file: 'rules/x.yaml',
      set: new Map([['priority', 'urgent']]),
      tags: ['a', 'b'],
      autoReply: false,
    });
  });

  it('stand in for what the mail sets itself', () => {
    const routed = routeBy(evaluateRules(rulesOf(text), subjectOf()).fired);
    const own = [
      { kind: 'set', field: 'queue', value: 'Support' },
      { kind: 'set', field: 'state', value: 'new' },
    ] as const;
    expect(withRouting(own, routed).filter((change) => change.kind === 'set')).toEqual([
      { kind: 'set', field: 'state', value: 'new' },
      { kind: 'set', field: 'queue', value: 'Billing' },
      { kind: 'set', field: 'priority', value: 'urgent' },
    ]);
  });
});

describe('hostile mail', () => {
  const every = rulesOf(`
rules:
  - name: everything
    on: any
    when:
      any:
        - {subject: "a*b*c", body: "x*y", from: "*@*", to: "*", recipient: a@b, sender: "*", client: x}
        - header: {Subject: "/(a+)+$/", X-Mailer: "*"}
        - {attachment: ["*.exe", application/*], language: xx, customer: a@b}
        - {size: ">5MB", spam: ">5", virus: yes, automatic: yes, via: api, follow-up: yes}
        - not: {time: "mon 01:00-02:00", sender-auth: {dmarc: fail}, customer: known}
    then: {tags: x}
`);

  it('is judged whatever it holds', () => {
    const any = fc.string({ unit: 'binary', maxLength: 200 });
    const person = fc.record({ name: any, address: any });
    fc.assert(
      fc.property(any, any, any, fc.array(person, { maxLength: 3 }), (subject, text, value, to) => {
        const mail = {
          ...plain,
          subject,
          text,
          to,
          from: to[0],
          fields: new Map([['subject', [value]]]),
        };
        const { traces } = evaluateRules(
          every,
          subjectOf(mail, { sender: value, recipients: [value] }),
          {
            explain: true,
          },
        );
        expect(traces).toHaveLength(1);
      }),
    );
  });

  it('cannot make a pattern take long: 1 MB against the classic traps, within two seconds in all', () => {
    const traps = [
      '(a+)+$',
      '(a|a)*b',
      '^(.*)*x$',
      '(x+x+)+y',
      '(a|b)*a(a|b){20}c',
      '(?:a?){40}a{40}b',
    ];
    const rules = rulesOf(
      `rules: [${traps.map((trap, at) => `{name: t${at}, when: {body: "/${trap}/"}, then: {tags: x}}`).join(', ')}]`,
    );
    const text = `${'a'.repeat(1_000_000)}!`;
    expect(effortOf(() => evaluateRules(rules, subjectOf({ text })))).toBeLessThan(5000);
  });

  it('that costs too much is not looked at any further, and that is said', () => {
    const text = 'ab'.repeat(50_000);
    const many = Array.from(
      { length: 60 },
      (_, at) => `{name: t${at}, when: {body: "/[a-z]{1,30}q${at}/"}, then: {tags: x}}`,
    );
    const { traces } = evaluateRules(rulesOf(`rules: [${many.join(', ')}]`), subjectOf({ text }), {
      explain: true,
    });
    const last = traces.at(-1)?.condition;
    expect(last?.kind === 'test' ? last.saw : '').toMatch(/too much work/);
  });
});
