/**
 * What is typed into forms, kept in this browser until the desk has it.
 *
 * Promises: no password and no file is kept; what somebody typed is given back to him alone, and forgotten when it was
 * saved or sent, after a week, and when he logs out. Nothing is sent to a desk that is away, where that would lose it.
 */
import { agent, all, byId, find } from './dom.js';
import { isOpen, look, say } from './line.js';

const prefix = 'typed ';
const keptMs = 7 * 86_400_000;
const keptTypes =
  /^(text|textarea|email|tel|url|number|search|date|datetime-local|time|checkbox|radio|select-one)$/;

const isChoice = ({ type }) => type === 'checkbox' || type === 'radio';
const contentOf = (control) => (isChoice(control) ? control.checked : control.value);

/** What it would be if nobody had touched it. */
function usualOf(control) {
  if (isChoice(control)) return control.defaultChecked;
  if (control.options === undefined) return control.defaultValue;
  return (find('[selected]', control) ?? control.options[0])?.value;
}

const controlsOf = (form) =>
  [...form.elements].filter(({ name, type }) => name !== '' && keptTypes.test(type));

const changesOf = (form) =>
  controlsOf(form).flatMap((control, at) =>
    contentOf(control) === usualOf(control) ? [] : [[at, control.name, contentOf(control)]],
  );

const formsHere = () =>
  all('main form[method="post"]').filter(
    (form) => find('[type="password"], [autocomplete="one-time-code"]', form) === null,
  );

/** The same for a form on whatever page it stands: a refusal shows it under another address. */
function keyOf(form) {
  const action = form.getAttribute('action');
  const same = formsHere().filter((other) => other.getAttribute('action') === action);
  const about = ['message', 'via', 'id', 'kind', 'customer'];
  const which = about.map((name) => form.elements.namedItem(name)?.value ?? '');
  return [prefix + agent, action ?? location.pathname, ...which, same.indexOf(form)].join(' ');
}

/** Without a store, nothing is kept. */
const attempt = (work) => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
const forget = (key) => attempt(() => localStorage.removeItem(key));
const keysOf = (begin) =>
  attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(begin))) ?? [];
const baseOf = ({ elements }) =>
  ['draft', 'revision'].map((name) => elements.namedItem(name)?.value ?? '');

function keep(form) {
  if (!formsHere().includes(form)) return;
  const changes = changesOf(form);
  const isTyped = changes.some(([at]) => !isChoice(controlsOf(form)[at]));
  if (!isTyped) return forget(keyOf(form));
  const record = { at: Date.now(), base: baseOf(form), changes };
  attempt(() => localStorage.setItem(keyOf(form), JSON.stringify(record)));
}

function giveBack(form, { base, changes }) {
  const controls = controlsOf(form);
  const lost = changes.filter(([at, name, value]) => {
    const control = controls[at];
    return control?.name === name && contentOf(control) !== value;
  });
  const changed = () => form.dispatchEvent(new Event('input', { bubbles: true }));
  // The browser gave it back already; what listens to typing must hear of it all the same.
  if (lost.length === 0) return changed();
  for (const [at, , value] of lost) {
    const control = controls[at];
    if (isChoice(control)) control.checked = value;
    else control.value = value;
  }
  // The desk then says when another window kept something newer.
  if (base[0] !== '')
    for (const [at, name] of ['draft', 'revision'].entries()) {
      const field = form.elements.namedItem(name);
      if (field !== null) field.value = base[at];
    }
  const notice = byId('typed-back').content.firstElementChild.cloneNode(true);
  form.before(notice);
  find('button', notice).addEventListener('click', () => {
    for (const control of controls) {
      if (isChoice(control)) control.checked = control.defaultChecked;
      else control.value = usualOf(control);
    }
    notice.remove();
    changed();
  });
  changed();
}

/** What this tab submitted: this page is the answer to it, unless somebody came back from an error. */
function takeSent() {
  const [{ type, responseStatus = 200 } = {}] = performance.getEntriesByType('navigation');
  const key = attempt(() => sessionStorage.getItem('sent'));
  attempt(() => sessionStorage.removeItem('sent'));
  if (type !== 'navigate' || !key) return undefined;
  if (responseStatus < 400) forget(key);
  return key;
}

function start() {
  const sent = takeSent();
  const old = Date.now() - keptMs;
  for (const key of keysOf(prefix)) if (!(read(key)?.at > old)) forget(key);
  for (const form of formsHere()) {
    const record = read(keyOf(form));
    if (record && keyOf(form) !== sent) giveBack(form, record);
  }

  addEventListener('input', ({ target }) => keep(target.form ?? target));
  addEventListener('kept', ({ target }) => forget(keyOf(target)));
  // Whoever wants what another window kept gives up what stands here.
  addEventListener('click', ({ target }) => {
    const form = find('.write');
    const link = target.closest('a');
    if (form !== null && link?.getAttribute('href') === form.dataset.other) forget(keyOf(form));
  });
  addEventListener('submit', check, true);
  addEventListener('submit', ({ target, defaultPrevented }) => {
    if (target.getAttribute('action') === '/logout')
      for (const key of keysOf(`${prefix}${agent} `)) forget(key);
    if (defaultPrevented || !formsHere().includes(target)) return;
    attempt(() => sessionStorage.setItem('sent', keyOf(target)));
  });
}

/** Asked for lately, so that a form which waits for its own draft is not asked for twice. */
const checkLastsMs = 5000;
let checked;
let checkedAt = 0;
let isChecking = false;

/** Before typed text goes out, or while the desk was not heard, it is asked whether it is there. */
async function check(event) {
  const { target: form, submitter } = event;
  if (form.getAttribute('method') !== 'post') return;
  if (checked === form && performance.now() - checkedAt < checkLastsMs) return;
  if (isOpen() && !(formsHere().includes(form) && read(keyOf(form)))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isChecking) return;
  isChecking = true;
  const isThere = await look();
  isChecking = false;
  if (isThere === false) say('unsent');
  if (!isThere) return;
  say(undefined);
  checked = form;
  checkedAt = performance.now();
  form.requestSubmit(submitter);
}

if (agent !== undefined) start();
