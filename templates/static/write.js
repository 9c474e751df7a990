/** The answer box: what is typed is kept on the desk every few seconds, files go up at once, sending can be called back. */
import { all, byId, find, inNumbers, number } from './dom.js';
import { load, swap } from './swap.js';

const form = find('.write');
const area = form === null ? null : find('textarea', form);

/** What is being written here is no draft beside it. */
export function withoutOpenDraft(page) {
  const id = form?.elements.namedItem('draft').value ?? '';
  if (id !== '') find(`#drafts [data-draft="${CSS.escape(id)}"]`, page)?.remove();
}

let putInForm;

/**
 * Puts a prepared text into the answer that is open, at the cursor or in place of what was typed for it; false when none is.
 * The browser's own undo takes it back.
 */
export function putIn(prepared, place) {
  if (putInForm === undefined) return false;
  putInForm(prepared, place);
  return true;
}

/** After the last key; longer where much must be written each time. */
const restMs = 2500;
const restMsForMegabyte = 1000;
const retryMs = 8000;

if (area !== null) {
  const status = find('[data-kept]', form);
  const field = (name) => form.elements.namedItem(name);
  let timer = null;
  let saving = Promise.resolve();
  let underWay = 0;
  let isChanged = false;
  let isLeaving = false;
  let bytes = 0;

  area.focus({ preventScroll: true });
  // Below the salutation, where there is one.
  const caret = Number(area.dataset.caret ?? 0);
  area.setSelectionRange(caret, caret);
  area.scrollTop = 0;

  /** What stands in the form, without the files that are chosen but not sent. */
  function fields() {
    const body = new FormData(form);
    body.delete('files');
    body.delete('do');
    return body;
  }

  const words = (text) =>
    new URLSearchParams([...text].map(([name, value]) => [name, String(value)]));

  async function send(address, body) {
    const answer = await fetch(address, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      headers: { Accept: 'application/json' },
    });
    const isJson = (answer.headers.get('Content-Type') ?? '').includes('json');
    return { isOk: answer.ok, said: isJson ? await answer.json() : undefined };
  }

  function note({ draft, revision, says, bytes: size }) {
    field('draft').value = draft;
    field('revision').value = String(revision);
    bytes = size;
    status.textContent = says;
    byId('draft-conflict').hidden = true;
    // Loaded again, the page is about this draft, whatever came to the ticket meanwhile.
    history.replaceState(history.state, '', `${new URL(form.action).pathname}?draft=${draft}`);
    withoutOpenDraft(document);
    if (!isChanged) form.dispatchEvent(new Event('kept', { bubbles: true }));
  }

  /** One after another: each saving says which one it goes on from. */
  function inTurn(work) {
    underWay += 1;
    saving = saving
      .then(work)
      .catch(() => {
        status.textContent = status.dataset.failed;
        schedule(retryMs);
      })
      .finally(() => {
        underWay -= 1;
      });
    return saving;
  }

  async function keep(over) {
    timer = null;
    if (isLeaving || (!isChanged && !over)) return;
    isChanged = false;
    const body = fields();
    if (over) body.set('over', 'yes');
    try {
      const { isOk, said } = await send(form.dataset.draft, words(body));
      // A page instead of an answer: the log-in has ended, or the desk has a trouble of its own.
      if (said === undefined) throw new Error('Not kept');
      if (isOk) note(said);
      else refuse(said);
    } catch (error) {
      isChanged = true;
      throw error;
    }
  }

  function refuse(said) {
    if (isLeaving) return;
    status.textContent = said?.says ?? status.dataset.failed;
    if (said?.code === 'draft-changed') byId('draft-conflict').hidden = false;
  }

  function schedule(wait = restMs + (bytes / 1_000_000) * restMsForMegabyte) {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => inTurn(() => keep(false)), wait);
  }

  form.addEventListener('input', ({ target }) => {
    if (target.type === 'file' || target.name === 'at') return;
    isChanged = true;
    schedule();
  });
  find('[data-over]')?.addEventListener('click', () => inTurn(() => keep(true)));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && isChanged) inTurn(() => keep(false));
  });

  /* ---------- files ---------- */

  /** The list of files as the desk has it; what is typed stays. */
  async function showFiles() {
    const page = await load(`${new URL(form.action).pathname}?draft=${field('draft').value}`);
    if (page !== undefined) swap(byId('files-list'), find('#files-list', page));
  }

  async function upload(files, isInline) {
    status.textContent = status.dataset.uploading;
    isChanged = false;
    const body = fields();
    for (const file of files) body.append('files', file, file.name || 'image.png');
    const { isOk, said } = await send(form.dataset.files, body);
    if (!isOk || said === undefined) {
      isChanged = true;
      return refuse(said);
    }
    note(said);
    field('accepts').value = '';
    const marks = isInline ? said.added.filter(({ isImage }) => isImage) : [];
    if (marks.length > 0) {
      insert(
        marks.map(({ key, name }) => `![${name.replace(/[[\]\n]/g, ' ')}](cid:${key})`).join('\n'),
      );
      await keep(false);
    }
    await showFiles();
  }

  function insert(text) {
    area.focus({ preventScroll: true });
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    isChanged = true;
  }

  /* ---------- prepared texts ---------- */

  /** Typed as a person would: the browser can undo it, and everything that listens to typing hears of it. */
  function type(text, { begin, end }) {
    area.focus({ preventScroll: true });
    area.setSelectionRange(begin, end);
    // Old, and still the only way that keeps the browser's undo.
    if (document.execCommand('insertText', false, text)) return;
    area.setRangeText(text, begin, end, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function setState({ state, stateText }) {
    const select = field('state');
    if (state === '' || select === null) return;
    if (![...select.options].some(({ value }) => value === state))
      select.add(new Option(stateText, state));
    select.value = state;
  }

  /** What was not filled in is marked, so that the next key replaces it; else the cursor stands at its mark. */
  function setCursor(begin, { text, cursor }) {
    const open = cursor === undefined ? /\{\{[^{}\n]{1,200}\}\}/.exec(text) : null;
    const at = begin + (open?.index ?? cursor ?? text.length);
    area.setSelectionRange(at, at + (open?.[0].length ?? 0));
  }

  async function takeFiles({ key }) {
    if (timer !== null) clearTimeout(timer);
    isChanged = false;
    const body = fields();
    body.append('take', key);
    const { isOk, said } = await send(form.dataset.files, words(body));
    if (!isOk || said === undefined) {
      isChanged = true;
      return refuse(said);
    }
    note(said);
    await showFiles();
  }

  putInForm = (prepared, place) => {
    const { selectionStart: begin, selectionEnd: end } = area;
    const where = place ?? { begin, end };
    // Nothing of the writer's own stands there yet: the browser checks the spelling of the text that comes.
    if (prepared.language !== '' && area.value.slice(0, where.begin).trim() === '')
      area.lang = prepared.language;
    type(prepared.text, where);
    setCursor(where.begin, prepared);
    const ids = new Set(
      field('modules')
        .value.split(' ')
        .filter((id) => id !== ''),
    );
    for (const id of prepared.modules) ids.add(id);
    field('modules').value = [...ids].join(' ');
    field('accepts').value = '';
    setState(prepared);
    isChanged = true;
    schedule();
    if (prepared.files.length > 0) inTurn(() => takeFiles(prepared));
    status.textContent = prepared.says;
  };

  async function takeOut(key) {
    const mark = new RegExp(
      `!\\[[^\\]\\n]*\\]\\(cid:${RegExp.escape?.(key) ?? key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\)`,
      'g',
    );
    area.value = area.value.replace(mark, '');
    const body = fields();
    body.append('remove', key);
    const { isOk, said } = await send(form.dataset.files, words(body));
    if (!isOk || said === undefined) return refuse(said);
    note(said);
    await showFiles();
  }

  byId('files').addEventListener('change', ({ target }) => {
    const files = [...target.files];
    target.value = '';
    if (files.length > 0) inTurn(() => upload(files, false));
  });
  area.addEventListener('paste', (event) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    inTurn(() => upload(files, true));
  });
  form.addEventListener('dragover', (event) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    form.classList.add('drop');
  });
  for (const end of ['dragleave', 'drop', 'dragend'])
    form.addEventListener(end, () => form.classList.remove('drop'));
  form.addEventListener('drop', (event) => {
    const files = [...event.dataTransfer.files];
    if (files.length === 0) return;
    event.preventDefault();
    inTurn(() => upload(files, true));
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[value^="remove:"]');
    if (button === null) return;
    event.preventDefault();
    inTurn(() => takeOut(button.value.slice('remove:'.length)));
  });

  /* ---------- sending ---------- */

  /** `waiting` for what is being kept, `going` by our own hand, `gone` to the desk. */
  let step = 'idle';
  form.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (step === 'going') return;
    // A second press must not send a second time.
    if (step !== 'idle') return event.preventDefault();
    if (submitter?.value === 'keep' && form.contains(submitter)) {
      // Enter in a line of the form.
      event.preventDefault();
      return inTurn(() => keep(false));
    }
    isLeaving = true;
    if (timer !== null) clearTimeout(timer);
    const end = () => {
      for (const button of all('button', form)) button.disabled = true;
    };
    step = underWay === 0 ? 'gone' : 'waiting';
    if (step === 'gone') return setTimeout(end);
    // What is being kept gets a number that the form must know, or it would refuse its own draft. The form takes no
    // second submission before this one is over, so not in the same turn.
    event.preventDefault();
    saving.then(() =>
      setTimeout(() => {
        step = 'going';
        form.requestSubmit(submitter ?? undefined);
        step = 'gone';
        setTimeout(end);
      }),
    );
  });
  addEventListener('pageshow', () => {
    step = 'idle';
    isLeaving = false;
    for (const button of all('button', form)) button.disabled = false;
  });
  // Leaving the form keeps what is typed, too.
  find('.addr a.icon', form)?.addEventListener('click', (event) => {
    if (!isChanged) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    inTurn(() => keep(false)).then(() => location.assign(href));
  });
}

/* ---------- the seconds until an answer goes out ---------- */

const started = new WeakMap();

function count() {
  for (const bar of all('.toast.undo')) {
    if (!started.has(bar)) started.set(bar, performance.now());
    const left = Number(bar.dataset.left) - (performance.now() - started.get(bar));
    const text = inNumbers(JSON.parse(bar.dataset.texts), Math.max(0, Math.ceil(left / 1000)));
    const span = find('span', bar);
    if (span.textContent !== text) span.textContent = text;
    if (left < -1500) bar.hidden = true;
  }
}

if (number !== undefined) {
  count();
  setInterval(count, 250);
}
