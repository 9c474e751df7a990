/** What every script of the pages uses: finding elements, what the page says of itself, numbers in texts. */
export const root = document.documentElement;
/** `live` says what the page shows (`list`, `ticket`); `number` which ticket; `agent` who is logged in. */
export const { live, number, agent } = document.body.dataset;

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const byId = (id) => document.getElementById(id);

/** The right plural form of a text that came with the page, with its number. */
export function inNumbers(forms, count) {
  const category = new Intl.PluralRules(root.lang).select(count);
  const text = forms[category] ?? forms.other;
  return text.replace(/\{\{count[^}]*\}\}/, new Intl.NumberFormat(root.lang).format(count));
}
