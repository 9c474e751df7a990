/**
 * Ticket numbers: `YYYYMMDD`, a counter of at least four digits, two check digits.
 *
 * Promises: a wrong digit or two exchanged digits are always noticed (ISO 7064 mod 97-10), so a typo
 * or a guess names no ticket. The folder of a ticket follows from its number.
 */

declare const numberBrand: unique symbol;

/** A number whose date and check digits are right. */
export type TicketNumber = string & { readonly [numberBrand]: 'TicketNumber' };

/** A calendar day as eight digits. */
export type Day = string;

const shortest = 14;
const longest = 20;

/** The number for a day (`YYYYMMDD`) and a counter from 1. */
export function formatTicketNumber(day: Day, counter: number): TicketNumber {
  const stem = day + String(counter).padStart(4, '0');
  const check = 98 - remainder97(`${stem}00`);
  return (stem + String(check).padStart(2, '0')) as TicketNumber;
}

/** The number that the whole text is, or undefined. */
export function parseTicketNumber(text: string): TicketNumber | undefined {
  return isTicketNumber(text) ? text : undefined;
}

export function isTicketNumber(text: string): text is TicketNumber {
  return (
    text.length >= shortest &&
    text.length <= longest &&
    /^[0-9]+$/.test(text) &&
    isDay(text.slice(0, 8)) &&
    // A counter is padded to four digits and no further, so each ticket has one spelling.
    (text.length === shortest || text[8] !== '0') &&
    remainder97(text) === 1
  );
}

/** Every checked number in the text at digit boundaries, in order, without repetitions. */
export function findTicketNumbers(text: string): readonly TicketNumber[] {
  const runs: readonly string[] = text.match(/(?<![0-9])[0-9]{14,20}(?![0-9])/g) ?? [];
  return [...new Set(runs)].filter(isTicketNumber);
}

export function dayOf(number: TicketNumber): Day {
  return number.slice(0, 8);
}

export function counterOf(number: TicketNumber): number {
  return Number(number.slice(8, -2));
}

/** Path segments of the ticket's folder below `tickets/`: year, month, day, number. */
export function folderOf(number: TicketNumber): readonly [string, string, string, string] {
  return [number.slice(0, 4), number.slice(4, 6), number.slice(6, 8), number];
}

function isDay(digits: string): boolean {
  const month = Number(digits.slice(4, 6));
  const day = Number(digits.slice(6, 8));
  return (
    month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(digits.slice(0, 4)), month)
  );
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function remainder97(digits: string): number {
  let remainder = 0;
  for (const digit of digits) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder;
}
