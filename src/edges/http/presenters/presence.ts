/** Who else is at a ticket, for its page and for the rows of lists. Promises: pure; nobody is told of himself. */
import type { Doing, Present } from '../../../services/presence.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { initialsOf, type NameOf } from './people.ts';

export interface PresenceView {
  readonly people: readonly PresentPerson[];
  /** One sentence, or nothing. */
  readonly text: string;
  readonly isTyping: boolean;
}

export interface PresentPerson {
  readonly name: string;
  readonly initials: string;
  /** What the person does, as a sentence. */
  readonly text: string;
  readonly isTyping: boolean;
}

export interface PresenceWords {
  readonly locale: Locale;
  readonly nameOf: NameOf;
  readonly login: string;
}

const keys: Readonly<Record<Doing, string>> = {
  answers: 'presence.answers',
  notes: 'presence.notes',
  looks: 'presence.looks',
};

const mostNamed = 3;

export function presentPresence(
  present: readonly Present[],
  { locale, nameOf, login }: PresenceWords,
): PresenceView {
  const people = present
    .filter(({ agent }) => agent !== login)
    .map(({ agent, does }): PresentPerson => {
      const name = nameOf(agent);
      return {
        name,
        initials: initialsOf(name),
        text: locale.text(keys[does], { names: name, count: 1 }),
        isTyping: does !== 'looks',
      };
    });
  const typing = people.filter(({ isTyping }) => isTyping);
  const looking = people.filter(({ isTyping }) => !isTyping);
  const named = looking.slice(0, mostNamed).map(({ name }) => name);
  if (looking.length > mostNamed)
    named.push(locale.text('presence.others', { count: looking.length - mostNamed }));
  // Who types is what matters; that others look as well is told by their letters.
  const text =
    typing.length > 0
      ? locale.list(typing.map((person) => person.text))
      : looking.length > 0
        ? locale.text('presence.looks', { names: locale.list(named), count: looking.length })
        : '';
  return { people, text, isTyping: typing.length > 0 };
}
