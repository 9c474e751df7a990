/**
 * Answers that fit the mail, above the answer box: fetched when the page is there, put in by a click or the keys 1 2 3.
 *
 * Without this they come with the form's own buttons. Sending at once is a button of the page's form in any case.
 */
import { all, byId, find } from './dom.js';
import { putInPrepared, showPreview } from './prepared.js';
import { load } from './swap.js';

const restMs = 250;
let timer = null;
let asked = 0;

async function fetchOffers() {
  const place = byId('offers');
  if (place === null || place.dataset.href === undefined) return;
  const turn = ++asked;
  let page;
  try {
    page = await load(place.dataset.href);
  } catch {
    // The desk is away: an answer can be written all the same.
    return;
  }
  const fresh = page === undefined ? null : find('#offers', page);
  const now = byId('offers');
  if (turn !== asked || fresh === null || now === null || now.contains(document.activeElement))
    return;
  const copy = document.importNode(fresh, true);
  copy.dataset.href = now.dataset.href;
  now.replaceWith(copy);
}

/** The page was fetched again: a newer mail may ask for other answers. */
export function refreshOffers(page) {
  const now = byId('offers');
  const other = find('#offers', page);
  // An answer that is being written stays one to the mail that it was begun for.
  if (byId('put-in') === null || now === null || other === null) return;
  if (other.dataset.href === undefined || now.dataset.href === other.dataset.href) return;
  now.dataset.href = other.dataset.href;
  void fetchOffers();
}

const chip = (target) => target.closest?.('.offer[data-offer]') ?? null;

addEventListener('click', async (event) => {
  const button = chip(event.target);
  // No answer is open: the form of the page opens one with the text in it.
  if (button === null || button.getAttribute('form') !== 'write') return;
  event.preventDefault();
  if (!(await putInPrepared(button.dataset.offer))) button.form.requestSubmit(button);
});

addEventListener('keydown', (event) => {
  const digit = /^Digit([1-3])$/.exec(event.code)?.[1];
  if (digit === undefined || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  // With Alt also while somebody types, where the digit alone is a digit.
  const button = all('.offer')[digit - 1];
  if (button === undefined) return;
  event.preventDefault();
  button.click();
});

/* What it would say, for whoever rests on it. */

function rest(button) {
  clearTimeout(timer);
  const preview = byId('offer-preview');
  if (preview === null) return;
  if (button === null) {
    preview.hidden = true;
    preview.dataset.key = '';
  } else
    timer = setTimeout(() => void showPreview(button.dataset.offer, preview, button.title), restMs);
}

for (const kind of ['pointerover', 'focusin'])
  addEventListener(kind, ({ target }) => {
    if (chip(target) !== null) rest(chip(target));
  });
for (const kind of ['pointerout', 'focusout'])
  addEventListener(kind, ({ target }) => {
    if (chip(target) !== null) rest(null);
  });
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') rest(null);
});

void fetchOffers();
