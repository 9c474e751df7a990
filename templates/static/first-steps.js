/**
 * First steps: the browser's time zone is offered, what a mail server needs beside its name is filled in while it is typed, the first
 * mail shows as soon as it is there, and a button that starts a talk with a server says so. All of it is comfort; the desk fills in and looks again by itself.
 */
import { all, byId, find } from './dom.js';
import { swap } from './swap.js';

const restMs = 300;

for (const form of all('form[data-work-out]')) {
  const field = (name) => form.elements.namedItem(name);
  /** What was put in by us is ours to change; what somebody typed is not. */
  const ours = new Map();
  let timer;
  let asked = 0;

  function put(name, value) {
    const element = field(name);
    if (element === null) return;
    if (element.value !== '' && element.value !== ours.get(name)) return;
    element.value = value;
    ours.set(name, value);
  }

  async function workOut() {
    const turn = ++asked;
    const typed = field('host').value;
    const address = new URL(form.dataset.workOut, location.href);
    const wasTyped = (name) => field(name).value !== '' && field(name).value !== ours.get(name);
    for (const name of ['host', 'user'])
      if (wasTyped(name)) address.searchParams.set(name, field(name).value);
    const answer = await fetch(address, { headers: { Accept: 'application/json' } }).catch(
      () => undefined,
    );
    if (answer?.ok !== true || turn !== asked) return;
    const found = await answer.json();
    if (field('host').value !== typed) return;
    // An address in the place of the server: when it is complete, its provider's server takes its place.
    if (typed.includes('@') && found.host !== '' && document.activeElement !== field('host')) {
      if (field('user').value === '') field('user').value = typed.trim();
      field('host').value = found.host;
    }
    if (field('host').value !== '' || found.host !== '') {
      put('host', found.host);
      put('port', found.port);
      put('security', found.security);
    }
    find('.found-out', form).textContent = found.hint;
  }

  form.addEventListener('input', ({ target }) => {
    if (target !== field('host') && target !== field('user')) return;
    clearTimeout(timer);
    timer = setTimeout(workOut, restMs);
  });
  field('host').addEventListener('change', () => {
    clearTimeout(timer);
    void workOut();
  });
  // What we put in may be from the server typed before; the desk works it out anew.
  form.addEventListener('submit', () => {
    for (const [name, value] of ours)
      if (name !== 'host' && field(name).value === value) field(name).value = '';
  });
  if (field('host').value !== '') void workOut();
}

/* Servers often run in UTC; the browser knows better where people sit. */
const zone = find('form[data-own-zone] select[name="timeZone"]');
if (zone !== null) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (all('option', zone).some(({ value }) => value === own)) zone.value = own;
}

/** The button that waits for an answer, and what it says otherwise. */
let waiting;

addEventListener('submit', ({ submitter }) => {
  if (submitter?.dataset.busy === undefined) return;
  // After the form was read: a button that is switched off would be missing in it.
  setTimeout(() => {
    waiting = { submitter, text: submitter.textContent };
    submitter.disabled = true;
    submitter.textContent = submitter.dataset.busy;
  });
});

// Coming back with the browser's own button finds the page as it was left.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted || waiting === undefined) return;
  waiting.submitter.disabled = false;
  waiting.submitter.textContent = waiting.text;
  waiting = undefined;
});

addEventListener('desk-page', ({ detail: page }) =>
  swap(byId('arrived-first'), find('#arrived-first', page)),
);
