/** The form of an appointment: whole days need no clock, and the end moves with the beginning. */
import { find } from './dom.js';

const form = find('form.appoint');
const box = (name) => find(`[name="${name}"]`, form);

if (form !== null && box('start-date') !== null) {
  const allDay = box('all-day');
  const instant = (side) => {
    const [date, time] = [box(`${side}-date`).value, box(`${side}-time`).value];
    return Date.parse(`${date}T${allDay.checked || time === '' ? '00:00' : time}:00Z`);
  };
  let length = instant('end') - instant('start');

  const showClocks = () => {
    for (const clock of form.querySelectorAll('.clock')) {
      clock.hidden = allDay.checked;
      clock.required = !allDay.checked;
    }
  };
  const moveEnd = () => {
    const end = instant('start') + length;
    if (!Number.isFinite(end) || !Number.isFinite(length)) return;
    const text = new Date(end).toISOString();
    box('end-date').value = text.slice(0, 10);
    box('end-time').value = text.slice(11, 16);
  };
  form.addEventListener('input', ({ target }) => {
    if (target === allDay) {
      showClocks();
      for (const [side, time] of [
        ['start', '10:00'],
        ['end', '11:00'],
      ])
        if (!allDay.checked && box(`${side}-time`).value === '') box(`${side}-time`).value = time;
    }
    if (target.name?.startsWith('start-')) moveEnd();
    length = Math.max(0, instant('end') - instant('start'));
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  showClocks();
}

addEventListener('click', ({ target }) => {
  if (target instanceof HTMLInputElement && target.matches('[data-select]')) target.select();
});
