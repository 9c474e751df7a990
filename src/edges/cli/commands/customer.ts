/** `maildesk customer …`: what is known of a customer, joining addresses, muting and blocking. */
import type { Command } from 'commander';
import type { CustomerCommand, CustomerFacts } from '../../../services/customer-care.ts';
import { type CustomerJson, readCustomerJson } from '../../../services/present/customer-json.ts';
import type { TicketSummaryJson } from '../../../services/present/ticket-json.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson, formatTable, toLines } from '../text.ts';

const factNames = ['name', 'language', 'timeZone', 'company', 'notes'] as const;

export function addCustomerCommands(program: Command, session: CliSession): void {
  const customer = program
    .command('customer')
    .description('people and companies that write in')
    .helpCommand(false);
  customer
    .command('show')
    .description('what is known of the person, with all tickets')
    .argument('<address>')
    .option('--json', 'print JSON, as the API gives it')
    .action((address: string, { json }: { readonly json?: true }) => show(session, address, json));
  customer
    .command('set')
    .description(`say something of a person or a company: ${factNames.join(', ')}`)
    .argument('<whom>', 'an address, or the domain of a company')
    .argument('<fact...>', 'name=value; an empty value takes it back')
    .action((whom: string, texts: readonly string[]) =>
      run(session, { kind: 'describe', whom, facts: readFacts(texts) }),
    );
  for (const kind of ['join', 'unjoin'] as const)
    customer
      .command(kind)
      .description(
        kind === 'join'
          ? 'say that two addresses are one person'
          : 'say that an address is not that person',
      )
      .argument('<address>')
      .argument('<other>')
      .action((whom: string, other: string) => run(session, { kind, whom, other }));
  for (const { verb, what, isOn, description } of restrictions)
    customer
      .command(verb)
      .description(description)
      .argument('<whom>', 'an address, or the domain of a company')
      .action((whom: string) => run(session, { kind: 'restrict', whom, what, isOn }));
}

const restrictions = [
  {
    verb: 'block',
    what: 'blocked',
    isOn: true,
    description: 'file mail of this sender closed among the junk',
  },
  {
    verb: 'unblock',
    what: 'blocked',
    isOn: false,
    description: 'take that back',
  },
  {
    verb: 'mute',
    what: 'muted',
    isOn: true,
    description: 'let mail of this sender join its ticket, and no more',
  },
  {
    verb: 'unmute',
    what: 'muted',
    isOn: false,
    description: 'take that back',
  },
] as const;

async function run(session: CliSession, command: CustomerCommand): Promise<void> {
  await withDesk(session, 'indexed', async (desk) => {
    const done = await desk.customerCare.run(command, actorOf(session, desk));
    if (!done.ok) throw ticketFailure(done.refusal);
  });
}

function readFacts(texts: readonly string[]): CustomerFacts {
  const facts = texts.map((text) => {
    const [, given = '', value = ''] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
    const name = factNames.find((known) => known.toLowerCase() === given.trim().toLowerCase());
    if (name !== undefined) return [name, value] as const;
    throw new CliFailure(
      exits.usage,
      `Bad fact "${text}"; expected one of ${factNames.join(', ')}, then = and a value`,
    );
  });
  return Object.fromEntries(facts);
}

async function show(session: CliSession, address: string, json: true | undefined): Promise<void> {
  await withDesk(session, 'indexed', async ({ customers, customerTickets }) => {
    const found = await readCustomerJson(customers, customerTickets, () => true, address);
    session.io.stdout(json ? formatJson(found) : toPage(found));
  });
}

function toPage(customer: CustomerJson): string {
  const { standing } = customer;
  const facts = [
    ['Address', customer.address],
    ['Also', customer.addresses.slice(1).join(', ')],
    ['Name', customer.name ?? ''],
    ['Company', customer.company ?? ''],
    ['Language', customer.language ?? ''],
    ['Time zone', customer.timeZone ?? ''],
    ['Standing', standing === null ? '' : `${standing.kind} (${standing.by})`],
  ].filter(([, value]) => value !== '');
  const notes = customer.notes === '' ? '' : `\n${toLines(customer.notes).trimEnd()}\n`;
  return [
    formatTable(facts, { isTerminal: false }) + notes,
    ...section('Tickets', customer.tickets),
    ...section(`Others from ${customer.domain}`, customer.domainTickets),
  ].join('\n');
}

function section(title: string, tickets: readonly TicketSummaryJson[]): readonly string[] {
  if (tickets.length === 0) return [];
  const rows = tickets.map(({ number, state, queue, subject }) => [number, state, queue, subject]);
  return [`${title}\n${formatTable(rows, { isTerminal: false })}`];
}
