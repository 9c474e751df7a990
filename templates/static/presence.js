/**
 * Who else is at the ticket, and telling others that we are.
 *
 * The stream of a ticket's page names its seat: as long as it is open and the page is seen, we look. Small forms say
 * that somebody types, and that the page is left. The sentences come from the desk.
 */
import { all, byId, find, live, number } from './dom.js';

const isTicket = live === 'ticket';
const seat = isTicket ? makeSeat() : undefined;

export const streamAddress = isTicket ? `/events?ticket=${number}&seat=${seat}` : '/events';

/** Not `randomUUID`: that is there on secure pages only. */
function makeSeat() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tell(does) {
  const csrf = find('input[name="csrf"]')?.value ?? '';
  const form = new URLSearchParams({ csrf, seat, does });
  // Goes out although the page goes away.
  navigator.sendBeacon(`/tickets/${number}/presence`, form);
}

/* ---------- what others do ---------- */

export function followPresence(stream) {
  // The desk then says anew who is where.
  stream.addEventListener('open', () => {
    if (!isTicket) for (const place of all('.row .here')) place.replaceChildren();
  });
  stream.addEventListener('presence', ({ data }) => {
    const change = JSON.parse(data);
    if (isTicket) showAtTicket(change);
    else showInRow(change);
  });
}

function showAtTicket({ people, text, isTyping }) {
  const place = byId('presence');
  if (place === null) return;
  place.toggleAttribute('data-nobody', people.length === 0);
  const words = document.createElement('span');
  words.className = 'who';
  words.textContent = text;
  const parts = [...people.map((person) => avatar(person, false)), words];
  if (isTyping) {
    const dots = document.createElement('i');
    dots.setAttribute('aria-hidden', 'true');
    dots.append(document.createElement('b'));
    parts.push(dots);
  }
  place.replaceChildren(...parts);
}

function showInRow({ number: ticket, people }) {
  const place = find(`#t-${CSS.escape(ticket)} .here`);
  place?.replaceChildren(...people.map((person) => avatar(person, true)));
}

function avatar({ initials, text, isTyping }, isRead) {
  const circle = document.createElement('span');
  circle.className = isRead && isTyping ? 'av busy' : 'av';
  circle.title = text;
  if (!isRead) {
    circle.setAttribute('aria-hidden', 'true');
    circle.textContent = initials;
    return circle;
  }
  const [said, shown] = [document.createElement('span'), document.createElement('span')];
  said.className = 'vh';
  said.textContent = text;
  shown.setAttribute('aria-hidden', 'true');
  shown.textContent = initials;
  circle.append(said, shown);
  return circle;
}

/* ---------- what we do ---------- */

const tellEvery = 2500;
let toldAt = Number.NEGATIVE_INFINITY;

function noteTyping({ target }) {
  if (!(target instanceof HTMLTextAreaElement) || performance.now() - toldAt < tellEvery) return;
  toldAt = performance.now();
  tell(target.closest('.slip') === null ? 'answers' : 'notes');
}

function noteRest() {
  if (toldAt === Number.NEGATIVE_INFINITY) return;
  toldAt = Number.NEGATIVE_INFINITY;
  tell('rests');
}

if (isTicket) {
  addEventListener('input', noteTyping);
  addEventListener('focusout', ({ target }) => {
    if (target instanceof HTMLTextAreaElement) noteRest();
  });
  addEventListener('pagehide', () => tell('leaves'));
  document.addEventListener('visibilitychange', () =>
    tell(document.visibilityState === 'visible' ? 'looks' : 'leaves'),
  );
}
