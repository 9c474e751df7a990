/**
 * Recordings: play, seek, speed, a waveform. Without this script the browser's own player stands in their place.
 *
 * Promises: one plays at a time; a waveform is made from the sound itself, of small ones when they come into view, of larger ones when they
 * are played, of very large ones never.
 */
import { all, find } from './dom.js';

const soonBytes = 3e6;
const mostBytes = 15e6;
const bars = 72;
const drawing = 'http://www.w3.org/2000/svg';

const playerOf = ({ target }) => target.closest?.('.player');
const clock = (seconds) => {
  const whole = Math.floor(Number.isFinite(seconds) ? seconds : 0);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, at) => (at === 0 ? part : String(part).padStart(2, '0'))).join(':');
};

function show(player) {
  const audio = find('audio', player);
  const { currentTime, duration } = audio;
  const share = duration > 0 ? currentTime / duration : 0;
  const range = find('[type="range"]', player);
  const text = `${clock(currentTime)} / ${clock(duration)}`;
  range.value = share * 100;
  range.setAttribute('aria-valuetext', text);
  find('.clock', player).textContent = text;
  find('[data-play]', player).setAttribute('aria-pressed', !audio.paused);
  const wave = find('.wave', player);
  if (wave.children.length === 0) paint(wave, []);
  for (const [at, bar] of [...wave.children].entries())
    bar.classList.toggle('past', at < share * bars);
}

function paint(wave, peaks) {
  const most = Math.max(...peaks, 0.01);
  const rects = Array.from({ length: bars }, (_, at) => {
    const height = Math.max(2, (28 * (peaks[at] ?? 0)) / most);
    const bar = document.createElementNS(drawing, 'rect');
    const places = { x: at * 4, y: 16 - height / 2, width: 2, height, rx: 1 };
    for (const [name, value] of Object.entries(places)) bar.setAttribute(name, value);
    return bar;
  });
  wave.replaceChildren(...rects);
}

async function draw(player) {
  if (player.dataset.wave || Number(player.dataset.bytes) > mostBytes) return;
  player.dataset.wave = 'begun';
  try {
    const answer = await fetch(find('audio', player).src);
    // Few points a second are enough for so few bars.
    const sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(
      await answer.arrayBuffer(),
    );
    const points = sound.getChannelData(0);
    const step = points.length / bars;
    const peaks = Array.from({ length: bars }, (_, at) => {
      let most = 0;
      for (let place = Math.floor(at * step); place < (at + 1) * step; place += 1)
        most = Math.max(most, Math.abs(points[place] ?? 0));
      return most;
    });
    paint(find('.wave', player), peaks);
    player.dataset.wave = 'drawn';
    show(player);
  } catch {
    // A kind that is played but not taken apart: the line stays even.
  }
}

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    if (Number(target.dataset.bytes) <= soonBytes) void draw(target);
  }
});

// What happens to a sound does not rise, so it is met on its way down.
for (const name of ['loadedmetadata', 'timeupdate', 'play', 'pause', 'ended', 'seeked'])
  document.addEventListener(
    name,
    (event) => {
      const player = playerOf(event);
      if (!player) return;
      if (name === 'loadedmetadata') watcher.observe(player);
      if (name === 'play') {
        for (const other of all('audio')) if (other !== event.target) other.pause();
        void draw(player);
      }
      show(player);
    },
    true,
  );

addEventListener('click', (event) => {
  const button = event.target.closest('[data-play]');
  if (button === null) return;
  const audio = find('audio', button.closest('.player'));
  if (audio.paused) void audio.play();
  else audio.pause();
});

addEventListener('input', (event) => {
  const player = playerOf(event);
  if (!player) return;
  const audio = find('audio', player);
  if (event.target.matches('select')) audio.playbackRate = Number(event.target.value);
  else if (audio.duration > 0) audio.currentTime = (event.target.value / 100) * audio.duration;
});

for (const player of all('.player'))
  if (find('audio', player).readyState > 0) {
    watcher.observe(player);
    show(player);
  }
