/** Menus and forms beside the conversation: what is opened gets the focus, so that keys go on from there. */
import { find } from './dom.js';

addEventListener(
  'toggle',
  ({ target }) => {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    if (target.matches('.wait, .closing, .snooze')) find('.item', target)?.focus();
    if (target.matches('.edit')) find('input:not([type="hidden"]), select', target)?.focus();
  },
  // This event does not bubble.
  true,
);

addEventListener('keydown', (event) => {
  const form = event.target.closest?.('details.edit form');
  if (event.key !== 'Escape' || form === null || form === undefined) return;
  const edit = form.closest('details.edit');
  edit.open = false;
  find('summary', edit).focus();
});
