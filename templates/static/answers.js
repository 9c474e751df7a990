/** The page of a standard answer: what the customer gets follows what is typed. */
import { byId, find } from './dom.js';
import { swap } from './swap.js';

const form = byId('module');
const restMs = 500;

if (form !== null) {
  let timer = null;
  let asked = 0;

  async function preview() {
    asked += 1;
    const mine = asked;
    const body = new FormData(form);
    body.delete('files');
    body.set('do', 'preview');
    const answer = await fetch(form.action, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      headers: { Accept: 'text/html' },
    }).catch(() => undefined);
    if (answer?.ok !== true) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // What was typed since is on its way already.
    if (mine !== asked) return;
    swap(find('#preview > section'), find('#preview > section', page));
  }

  form.addEventListener('input', ({ target }) => {
    if (target.type === 'file') return;
    clearTimeout(timer);
    timer = setTimeout(preview, restMs);
  });
}
