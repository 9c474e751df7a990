/**
 * The keys of the viewer: what each action is called, which key it has as usual, and where it stands in the help.
 *
 * Owns: the one table that the help, the keys on buttons and links, the palette's hints and the page of settings are made from.
 * Leaves to others: the words (viewer), what an agent changed (agent-keys.ts), pressing (keys.js).
 */

/** Where an action stands in the help. */
export const keyGroups = ['moving', 'choosing', 'ticket', 'answers', 'going', 'desk'] as const;

export type KeyGroup = (typeof keyGroups)[number];

/**
 * A key is one character, as the keyboard gives it without Shift; a capital letter means with Shift. Two with a blank between
 * are pressed one after the other.
 */
export const keyTable = [
  { id: 'next', key: 'j', group: 'moving' },
  { id: 'previous', key: 'k', group: 'moving' },
  { id: 'open', key: 'o', group: 'moving' },
  { id: 'back', key: 'u', group: 'moving' },
  { id: 'next-ticket', key: ']', group: 'moving' },
  { id: 'previous-ticket', key: '[', group: 'moving' },
  { id: 'first', key: 'g g', group: 'moving' },
  { id: 'last', key: 'G', group: 'moving' },
  { id: 'fresh', key: 'n', group: 'moving' },
  { id: 'fold', key: ';', group: 'moving' },
  { id: 'tick', key: 'x', group: 'choosing' },
  { id: 'tick-all', key: '* a', group: 'choosing' },
  { id: 'tick-none', key: '* n', group: 'choosing' },
  { id: 'answer', key: 'r', group: 'ticket' },
  { id: 'answer-all', key: 'a', group: 'ticket' },
  { id: 'note', key: 'i', group: 'ticket' },
  { id: 'forward', key: 'f', group: 'ticket' },
  { id: 'appointment', key: 'd', group: 'ticket' },
  { id: 'take', key: 't', group: 'ticket' },
  { id: 'hand-over', key: 'h', group: 'ticket' },
  { id: 'level', key: 'l', group: 'ticket' },
  { id: 'close', key: 'e', group: 'ticket' },
  { id: 'wait', key: 's', group: 'ticket' },
  { id: 'snooze', key: 'b', group: 'ticket' },
  { id: 'watch', key: 'w', group: 'ticket' },
  { id: 'merge', key: 'm', group: 'ticket' },
  { id: 'spam', key: '!', group: 'ticket' },
  { id: 'remove', key: '#', group: 'ticket' },
  { id: 'more', key: '.', group: 'ticket' },
  { id: 'undo', key: 'z', group: 'ticket' },
  { id: 'play', key: 'p', group: 'ticket' },
  { id: 'larger', key: '+', group: 'ticket' },
  { id: 'smaller', key: '-', group: 'ticket' },
  { id: 'fit', key: '0', group: 'ticket' },
  { id: 'turn-page', key: 'v', group: 'ticket' },
  { id: 'offer-1', key: '1', group: 'answers' },
  { id: 'offer-2', key: '2', group: 'answers' },
  { id: 'offer-3', key: '3', group: 'answers' },
  { id: 'go-mine', key: 'g i', group: 'going' },
  { id: 'go-waiting', key: 'g w', group: 'going' },
  { id: 'go-unowned', key: 'g u', group: 'going' },
  { id: 'go-open', key: 'g o', group: 'going' },
  { id: 'go-queue', key: 'g q', group: 'going' },
  { id: 'go-escalations', key: 'g e', group: 'going' },
  { id: 'go-answers', key: 'g a', group: 'going' },
  { id: 'go-scheduled', key: 'g d', group: 'going' },
  { id: 'go-overview', key: 'g v', group: 'going' },
  { id: 'go-notifications', key: 'g n', group: 'going' },
  { id: 'new', key: 'c', group: 'desk' },
  { id: 'search', key: '/', group: 'desk' },
  { id: 'help', key: '?', group: 'desk' },
] as const satisfies readonly {
  readonly id: string;
  readonly key: string;
  readonly group: KeyGroup;
}[];

export type KeyAction = (typeof keyTable)[number]['id'];

export function isKeyAction(text: string): text is KeyAction {
  return keyTable.some(({ id }) => id === text);
}
