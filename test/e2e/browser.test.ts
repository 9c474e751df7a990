/** The browser that the stories of the viewer need is there and runs. */
import { expect, it } from 'vitest';
import { openBrowser } from '../helpers/browser.ts';

it('a browser opens a page, in the language that was asked for', async () => {
  const browser = await openBrowser({ locale: 'de-DE' });
  try {
    const page = await browser.newPage();
    await page.setContent('<p id="p"></p><script>p.textContent = navigator.language</script>');
    expect(await page.textContent('#p')).toBe('de-DE');
  } finally {
    await browser.close();
  }
});
