/** The bell: its number stays true, its list opens in place, and the system may tell too where the agent asked for it. */
import { all, byId, find, live } from './dom.js';
import { load } from './swap.js';

const bell = byId('bell');
const panel = byId('news');
let shown = 0;

/** Bell and list as they are now; undefined when the desk is away. */
async function fetchNews() {
  try {
    return await load('/notifications');
  } catch {
    return undefined;
  }
}

function put(page) {
  const other = find('#bell', page);
  if (other === null) return;
  bell.setAttribute('aria-label', other.getAttribute('aria-label'));
  bell.innerHTML = other.innerHTML;
  const list = find('#notices', page);
  const place = find('#notices');
  if (list !== null && place !== null && !place.contains(document.activeElement))
    place.replaceWith(document.importNode(list, true));
}

/** In quiet hours the number counts on, and nothing pops up. */
async function tell({ data, detail }) {
  const isQuiet = String(data ?? detail).includes('quiet');
  const turn = ++shown;
  const page = await fetchNews();
  if (page === undefined || turn !== shown) return;
  put(page);
  const first = find('.notices .unread a', page);
  if (first === null || isQuiet || !wantsSystem() || !document.hidden) return;
  const about = find('.about', first).textContent;
  const notification = new Notification(find('.what', first).textContent.trim(), {
    body: about,
    tag: first.getAttribute('href'),
  });
  notification.addEventListener('click', () => {
    focus();
    location.assign(first.getAttribute('href'));
  });
}

const wantsSystem = () =>
  'Notification' in window &&
  Notification.permission === 'granted' &&
  localStorage.getItem('desktop') === 'on';

async function open() {
  panel.showPopover();
  const page = await fetchNews();
  if (page === undefined) return location.assign(bell.href);
  put(page);
  const list = find('#notices', page);
  if (list !== null)
    find('.in', panel).replaceChildren(...document.importNode(list, true).children);
}

if (bell !== null && panel !== null) {
  bell.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || find('#notices') !== null) return;
    event.preventDefault();
    if (panel.matches(':popover-open')) panel.hidePopover();
    else void open();
  });
  addEventListener('desk-news', tell);
  // Pages that show nothing live listen for this alone.
  if (live === undefined) {
    const stream = new EventSource('/events');
    stream.addEventListener('news', tell);
    addEventListener('pagehide', () => stream.close());
  }
}

for (const button of all('[data-desktop]')) {
  if (!('Notification' in window) || Notification.permission === 'denied') continue;
  button.hidden = wantsSystem();
  button.addEventListener('click', async () => {
    if ((await Notification.requestPermission()) !== 'granted') return;
    localStorage.setItem('desktop', 'on');
    button.textContent = button.dataset.said;
    button.disabled = true;
  });
}
