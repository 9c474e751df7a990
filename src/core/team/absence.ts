/**
 * Who is away, and who stands in.
 *
 * Promises: pure; a stand-in who is away hands on to his own, and a circle of them ends with nobody.
 * Leaves to others: where absences are written (config/agent-absence.ts).
 */

/** A day as `YYYY-MM-DD`. */
export type DayText = string;

export interface Absence {
  /** First and last day, both away. */
  readonly from: DayText;
  readonly until: DayText;
  /** Login. */
  readonly standIn: string | undefined;
  /** What colleagues read. */
  readonly text: string;
  /** A customer's mail gives the ticket to the stand-in. */
  readonly handOver: boolean;
}

export interface Absentee {
  readonly login: string;
  readonly absence?: Absence | undefined;
}

/** The absence of this day; undefined for somebody who is there. */
export function absenceOn({ absence }: Absentee, today: DayText): Absence | undefined {
  return absence !== undefined && absence.from <= today && today <= absence.until
    ? absence
    : undefined;
}

/** Who stands in for the agent today; undefined when he is there, or nobody does. */
export function standInOf(
  login: string,
  agents: readonly Absentee[],
  today: DayText,
): string | undefined {
  const asked = new Set<string>();
  let current = login;
  while (!asked.has(current)) {
    asked.add(current);
    const agent = agents.find((each) => each.login === current);
    if (agent === undefined) return undefined;
    const absence = absenceOn(agent, today);
    if (absence === undefined) return current === login ? undefined : current;
    if (absence.standIn === undefined) return undefined;
    current = absence.standIn;
  }
  return undefined;
}

/** Everybody for whom the agent stands in today. */
export function standsInFor(
  login: string,
  agents: readonly Absentee[],
  today: DayText,
): readonly string[] {
  return agents
    .filter((agent) => standInOf(agent.login, agents, today) === login)
    .map((agent) => agent.login);
}

/** Who gets the agent's tickets when their customers write; undefined unless he wants it so. */
export function takesOver(
  login: string,
  agents: readonly Absentee[],
  today: DayText,
): string | undefined {
  const agent = agents.find((each) => each.login === login);
  if (agent === undefined || absenceOn(agent, today)?.handOver !== true) return undefined;
  return standInOf(login, agents, today);
}

/** `20261123` as `2026-11-23`. */
export function toDayText(digits: string): DayText {
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
}

/** Whether the text is a day that the calendar has. */
export function isDayText(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const last = lastDay(Number(year), Number(month));
  return Number(day) >= 1 && Number(day) <= last;
}

function lastDay(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
