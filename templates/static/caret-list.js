/**
 * A list that opens while somebody types a mark and some letters: colleagues behind `@`, text modules behind `::`.
 *
 * The textarea keeps the focus; arrow keys choose, Enter or Tab takes what is chosen, Escape closes the list. Readers hear the
 * chosen one by `aria-activedescendant`, and how many there are by a status.
 */
import { inNumbers } from './dom.js';

/**
 * `name` is the list's id; `isFor(target)` whether the field has such a list; `wantedAt(before)` the letters at the end of the
 * text before the caret, with the place where what is replaced begins; `read(word)` what fits, with the texts `label` and
 * `found`; `toOption(hit)` a list item; `take(hit, place)` puts it in. `beside(hit)` may give what stands beside the list.
 */
export function openAtCaret({ name, isFor, wantedAt, read, toOption, take, beside }) {
  let box = null;
  let list = null;
  let status = null;
  let aside = null;
  let area = null;
  let hits = [];
  let begin = 0;
  let chosen = 0;

  const wanted = (field) => wantedAt(field.value.slice(0, field.selectionStart));

  async function offer(field) {
    const asked = wanted(field);
    if (asked === undefined) return close();
    let found;
    try {
      found = await read(asked.word);
    } catch {
      // The desk is away; what is meant can be typed as well, and the next letter asks again.
      return close();
    }
    // Somebody may have typed on meanwhile; that asks for itself.
    const now = wanted(field);
    if (now?.word !== asked.word || document.activeElement !== field) {
      if (now === undefined) close();
      return;
    }
    if (found.hits.length === 0) return close();
    begin = now.begin;
    show(field, found);
  }

  function show(field, found) {
    if (area !== field) close();
    if (list === null) build(field, found.label);
    hits = found.hits;
    list.replaceChildren(
      ...hits.map((hit, at) => {
        const option = toOption(hit);
        option.id = `${name}-${at}`;
        option.setAttribute('role', 'option');
        return option;
      }),
    );
    status.textContent = inNumbers(found.found, hits.length);
    choose(0);
  }

  function build(field, label) {
    area = field;
    box = document.createElement('div');
    box.className = `at-caret ${name}`;
    // A press must not take the focus away from the text.
    box.addEventListener('pointerdown', (event) => event.preventDefault());
    list = document.createElement('ul');
    list.id = name;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', label);
    list.addEventListener('click', ({ target }) => {
      const at = [...list.children].indexOf(target.closest('[role="option"]'));
      if (at >= 0) takeAt(at);
    });
    status = document.createElement('span');
    status.className = 'vh';
    status.setAttribute('role', 'status');
    box.append(list);
    if (beside !== undefined) {
      aside = document.createElement('div');
      aside.className = 'beside';
      aside.hidden = true;
      box.append(aside);
    }
    field.closest('form').append(box, status);
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', name);
  }

  function choose(at) {
    const options = [...list.children];
    chosen = (at + options.length) % options.length;
    options.forEach((option, place) => {
      option.setAttribute('aria-selected', String(place === chosen));
    });
    options[chosen].scrollIntoView({ block: 'nearest' });
    area.setAttribute('aria-activedescendant', options[chosen].id);
    if (aside !== null) beside(hits[chosen], aside);
  }

  function takeAt(at) {
    const hit = hits[at];
    const field = area;
    const place = { begin, end: field.selectionStart };
    close();
    field.focus();
    take(hit, place, field);
  }

  function close() {
    if (list === null) return;
    for (const attribute of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant'])
      area.removeAttribute(attribute);
    box.remove();
    status.remove();
    box = list = status = aside = area = null;
  }

  addEventListener('input', ({ target }) => {
    if (target instanceof HTMLTextAreaElement && isFor(target)) void offer(target);
  });
  addEventListener(
    'keydown',
    (event) => {
      if (list === null || event.target !== area || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps) choose(chosen + steps[event.key]);
      else if (event.key === 'Enter' || event.key === 'Tab') takeAt(chosen);
      else if (event.key === 'Escape') close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    // Before the keys of the page.
    { capture: true },
  );
  addEventListener('focusout', ({ target }) => {
    if (target === area) close();
  });
}
