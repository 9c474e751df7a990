/**
 * Laws that many functions keep, as fast-check properties: call them inside a test.
 *
 * Promises: a breach throws with the smallest counterexample that was found.
 */
import * as fc from 'fast-check';
import { expect } from 'vitest';

/** The law says nothing against any of the values; what it throws is shown with the value. */
export function holds<T>(values: fc.Arbitrary<T>, law: (value: T) => void): void {
  // The property is synchronous, so its check is over when the call returns.
  void fc.assert(
    fc.property(values, (value) => {
      law(value);
    }),
  );
}

/** The function gives a value for every input. */
export function total<T>(fn: (input: T) => unknown, inputs: fc.Arbitrary<T>): void {
  holds(inputs, (input) => void fn(input));
}

/** Doing it twice is the same as doing it once. */
export function idempotent<T>(fn: (input: T) => T, inputs: fc.Arbitrary<T>): void {
  holds(inputs, (input) => {
    const once = fn(input);
    expect(fn(once)).toEqual(once);
  });
}

/** The result is the same for every order in which the items are given. */
export function orderFree<T>(
  fold: (items: readonly T[]) => unknown,
  items: fc.Arbitrary<readonly T[]>,
): void {
  const orders = items.chain((given) => fc.tuple(fc.constant(given), shuffled(given)));
  holds(orders, ([given, other]) => expect(fold(other)).toEqual(fold(given)));
}

/** Reading what was written gives the value back. */
export function roundTrip<T, Text>(
  format: (value: T) => Text,
  parse: (text: Text) => unknown,
  values: fc.Arbitrary<T>,
): void {
  holds(values, (value) => expect(parse(format(value))).toEqual(value));
}

/** The same items in any order. */
export function shuffled<T>(items: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}

/** Any text a careless or hostile writer may send: every plane, controls, halves of pairs. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 })
    .map((units) => String.fromCharCode(...units)),
);
