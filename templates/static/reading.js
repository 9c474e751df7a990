/**
 * Reading a ticket closely: the slider through its past, the first news since the last look, printing.
 *
 * Promises: the page of a moment replaces the one before in place; only the newest wish is shown, however fast somebody slides.
 */
import { all, byId, find, live } from './dom.js';
import { load } from './swap.js';

const restMs = 120;
let wish = 0;

/** Puts the other page's parts in place; the slider itself stays under the finger. */
function show(page, slider) {
  const parts = ['#facts', '#flow', '#side', '#past-said', '#past-turn', '.th h1'];
  for (const part of parts) {
    const [here, there] = [find(part), find(part, page)];
    if (here !== null && there !== null) here.replaceWith(document.importNode(there, true));
  }
  const other = find('#past input[type="range"]', page);
  if (other !== null) slider.max = other.max;
}

async function slide(form, slider) {
  const turn = ++wish;
  await new Promise((resolve) => setTimeout(resolve, restMs));
  if (turn !== wish) return;
  const address = `${form.getAttribute('action')}?step=${slider.value}`;
  const answer = await fetch(address, {
    credentials: 'same-origin',
    headers: { Accept: 'text/html', 'X-Refresh': '1' },
  });
  if (!answer.ok || turn !== wish) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (turn !== wish || find('#past', page) === null) return;
  history.replaceState(null, '', answer.url);
  show(page, slider);
}

/** The links step without leaving the page, too. */
async function step(event, link) {
  const slider = find('#past input[type="range"]');
  if (slider === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const turn = ++wish;
  const page = await load(link.href);
  if (page === undefined || turn !== wish) return;
  history.replaceState(null, '', link.href);
  slider.value = find('#past input[type="range"]', page)?.value ?? slider.value;
  const rel = link.rel;
  show(page, slider);
  (find(`#past-turn a[rel="${rel}"]`) ?? find('#past-turn a'))?.focus({ preventScroll: true });
}

/* Parts of the page are swapped, so whoever holds a slider is found when it moves. */
function heldSlider({ target }) {
  const form = target.closest?.('form[data-slide]') ?? null;
  return form === null || target.type !== 'range' ? undefined : form;
}

addEventListener('input', (event) => {
  const form = heldSlider(event);
  if (form?.dataset.slide === 'live') void slide(form, event.target);
});

addEventListener('change', (event) => {
  const form = heldSlider(event);
  if (form !== undefined && form.dataset.slide !== 'live') form.requestSubmit();
});

addEventListener('submit', (event) => {
  if (event.target.dataset.slide === 'live') event.preventDefault();
});

addEventListener('click', (event) => {
  const link = event.target.closest('#past-turn a[rel]');
  if (link !== null) void step(event, link);
});

for (const button of all('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

/* What came while nobody looked counts as seen when somebody does. */
let cameUnseen = false;
if (live === 'ticket') {
  new MutationObserver(() => {
    cameUnseen ||= document.visibilityState === 'hidden';
  }).observe(byId('flow'), { childList: true });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || !cameUnseen) return;
    cameUnseen = false;
    void load(location.href);
  });
}

/* The conversation begins where the news begins. */
if (location.hash === '' && find('[data-newest-first]') === null)
  byId('since')?.scrollIntoView({ block: 'start' });
