/** The answer box: what was typed is kept until the desk has it, and is sent once. */
import { all, find, number } from './dom.js';

const form = find('.write');
const area = form === null ? null : find('textarea', form);

if (area !== null) {
  const name = form.dataset.draft === '' ? undefined : `draft ${form.dataset.draft}`;
  const first = area.value;
  const kept = name === undefined ? null : sessionStorage.getItem(name);
  const status = find('[data-kept]', form);
  if (kept !== null) {
    area.value = kept;
    status.textContent = status.dataset.kept;
  }
  area.focus({ preventScroll: true });
  area.setSelectionRange(0, 0);
  area.scrollTop = 0;
  area.addEventListener('input', () => {
    if (name === undefined) return;
    const isKept = area.value !== first && area.value.trim() !== '';
    if (!isKept) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, area.value);
    status.textContent = isKept ? status.dataset.kept : '';
  });
  form.addEventListener('submit', () => {
    // A second press must not send a second time.
    setTimeout(() => {
      for (const button of all('button', form)) button.disabled = true;
    });
  });
  addEventListener('pageshow', () => {
    for (const button of all('button', form)) button.disabled = false;
  });
}

/* What was typed is kept until the desk says that it has it. */
if (find('.toast[data-sent]') !== null) {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(`draft /tickets/${number}/`)) sessionStorage.removeItem(name);
}
