/** Forms for mails that are sent on, calls and new tickets: sent once, with the signature of the chosen queue. */
import { all, find } from './dom.js';

const form = find('form.compose');

if (form !== null) {
  const area = find('textarea', form);
  const queue = find('select[name="queue"]', form);

  /* The signature stays as long as nobody has changed it. */
  if (queue !== null && area !== null) {
    let signature = form.dataset.signature;
    queue.addEventListener('change', () => {
      const next = queue.selectedOptions[0]?.dataset.signature ?? '';
      if (signature !== '' && area.value.includes(signature))
        area.value = area.value.replace(signature, () => next);
      else if (signature === '' && next !== '') area.value = `${area.value.trimEnd()}\n\n${next}`;
      else return;
      signature = next;
    });
  }

  if (area !== null && area === document.activeElement) area.setSelectionRange(0, 0);
  form.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') form.requestSubmit();
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
