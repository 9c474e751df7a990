/** What notifications do on this computer: asked for by a click alone, and what stands against it is said with its cure. */
import { byId, find } from './dom.js';
import { ring, setWishes, wishes } from './ring.js';

const section = byId('here');
const field = (name) => find(`[name="${name}"]`, section);

function show() {
  const { isDesktop, sound, volume } = wishes();
  const permission = window.isSecureContext ? globalThis.Notification?.permission : undefined;
  const isAllowed = permission === 'granted';
  field('desktop').checked = isDesktop && isAllowed;
  field('desktop').disabled = permission === undefined;
  find('[data-missing]', section).hidden = permission !== undefined;
  find('[data-denied]', section).hidden = permission !== 'denied';
  field('sound').value = sound;
  field('volume').value = String(volume * 100);
}

async function change({ target }) {
  if (target.name === 'desktop') {
    const isWanted = target.checked;
    setWishes({ isDesktop: isWanted && (await Notification.requestPermission()) === 'granted' });
  }
  if (target.name === 'sound') setWishes({ sound: target.value });
  if (target.name === 'volume') setWishes({ volume: Number(target.value) / 100 });
  show();
}

find('[data-wishes]', section).hidden = false;
section.addEventListener('change', change);
find('[data-try]', section).addEventListener('click', () => ring(wishes().volume));
show();
