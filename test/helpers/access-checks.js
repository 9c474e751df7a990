/**
 * What a page must keep for everybody, looked up in the page itself; the tests evaluate this file in the browser.
 *
 * Each check answers with sentences that name the element; nothing found is an empty list.
 */
globalThis.accessChecks = (() => {
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const named = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 160);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const hiddenByClip = (element) => element.closest('.vh') !== null;

  /** One first heading, levels without a gap, one main part, a title, no id twice. */
  function outline() {
    const found = [];
    const headings = all('h1, h2, h3, h4, h5, h6').filter(
      (heading) => heading.checkVisibility() && heading.closest('[popover], dialog') === null,
    );
    const first = headings.filter(({ tagName }) => tagName === 'H1');
    if (first.length !== 1) found.push(`${first.length} first headings`);
    let before = 0;
    for (const heading of headings) {
      const level = Number(heading.tagName.slice(1));
      if (level > before + 1) found.push(`heading after level ${before}: ${named(heading)}`);
      before = level;
    }
    if (all('main').length !== 1) found.push(`${all('main').length} main parts`);
    if (document.title.trim() === '') found.push('no title');
    const seen = new Set();
    for (const { id } of all('[id]')) {
      if (seen.has(id)) found.push(`id twice: ${id}`);
      seen.add(id);
    }
    return found;
  }

  /** Messages for readers stand alone: one in another would be read twice. */
  function liveRegions() {
    const live = '[role="status"], [role="alert"], [role="log"], [aria-live]';
    return all(live)
      .filter((region) => region.parentElement.closest(live) !== null)
      .map((region) => `said twice: ${named(region)}`);
  }

  /** What a field or part refers to is there. */
  function references() {
    const found = [];
    for (const name of ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for', 'form'])
      for (const element of all(`[${name}]`))
        for (const id of element.getAttribute(name).split(/\s+/))
          if (id !== '' && document.getElementById(id) === null)
            found.push(`${name} leads nowhere: ${named(element)}`);
    for (const field of all('[aria-invalid="true"]'))
      if (!field.hasAttribute('aria-describedby')) found.push(`no reason: ${named(field)}`);
    return found;
  }

  const scripts = [
    ['Arabic', ['ar', 'fa']],
    ['Hebrew', ['he']],
    ['Han', ['zh', 'ja', 'ko']],
    ['Hiragana', ['ja']],
    ['Hangul', ['ko']],
    ['Cyrillic', ['ru', 'uk']],
    ['Greek', ['el']],
    ['Thai', ['th']],
    ['Devanagari', ['hi']],
  ].map(([script, languages]) => [new RegExp(`\\p{Script=${script}}`, 'gu'), languages]);

  /** Text in another script says its language; names are excepted, as WCAG excepts them. The first
   * words in a row may be a colleague's, who writes as he likes; whom an answer goes to is named in our words. */
  function languages() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data;
      const parent = walker.currentNode.parentElement;
      if (
        parent.closest(
          'bdi, script, option, code, pre, [aria-hidden="true"], .row .txt, .begin a',
        ) ||
        !shown(parent)
      )
        continue;
      // Words of others within a sentence of ours are names and the like.
      const letters = text.match(/\p{L}/gu)?.length ?? 0;
      const used = scripts.find(([script]) => (text.match(script)?.length ?? 0) > letters * 0.6);
      if (letters < 2 || used === undefined) continue;
      const language = parent.closest('[lang]').lang.split('-')[0];
      if (!used[1].includes(language))
        found.push(`in ${language}: ${text.trim().slice(0, 60)} ${named(parent)}`);
    }
    return found;
  }

  const controls =
    'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="option"], [tabindex="0"]';

  /** The area that takes a press: a field's label belongs to it. */
  function areaOf(control) {
    const label = control.matches('input[type="checkbox"], input[type="radio"], input.vh')
      ? (control.closest('label') ?? control.labels?.[0])
      : null;
    const element = label ?? control;
    const box = element.getBoundingClientRect();
    // A link that covers its row or card by a pseudo element.
    const after = getComputedStyle(control, '::after');
    if (after.content !== 'none' && after.position === 'absolute') {
      const owner = control.closest('li, article, tr, .row') ?? element;
      return owner.getBoundingClientRect();
    }
    return box;
  }

  const isInText = (control) => {
    if (!control.matches('a') || getComputedStyle(control).display !== 'inline') return false;
    const block = control.closest('p, li, td, th, dd, dt, h1, h2, h3, span, figcaption, div');
    return block.textContent.trim().length > control.textContent.trim().length;
  };

  /** WCAG 2.5.8: 24 px each way, or a circle of 24 px that meets no other target. */
  function targets() {
    const areas = all(controls)
      .filter((control) => shown(control) && !control.disabled && control.tabIndex >= 0)
      .filter(
        (control) => !isInText(control) && (!hiddenByClip(control) || control.labels?.length > 0),
      )
      .map((control) => [control, areaOf(control)])
      .filter(([, box]) => box.width > 1 && box.height > 1);
    const small = areas.filter(([, box]) => box.width < 23.5 || box.height < 23.5);
    return small
      .filter(([control, box]) => {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        return areas.some(([other, there]) => {
          if (other === control || other.contains(control) || control.contains(other)) return false;
          const dx = Math.max(there.left - x, 0, x - there.right);
          const dy = Math.max(there.top - y, 0, y - there.bottom);
          return Math.hypot(dx, dy) < 12;
        });
      })
      .map(
        ([control, box]) =>
          `${Math.round(box.width)} x ${Math.round(box.height)}: ${named(control)}`,
      );
  }

  /** A part that scrolls by itself, or cuts what is long with an ellipsis. */
  const isHeld = (element) => {
    for (let each = element; each !== null && each !== document.body; each = each.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(each);
      if (textOverflow === 'ellipsis' && overflowX !== 'visible') return true;
      if (/auto|scroll/.test(overflowX) && each.scrollWidth > each.clientWidth) return true;
    }
    return false;
  };

  /** Nothing makes the page scroll sideways, and nothing lies outside it where nobody can get at it. */
  function sideways() {
    const { scrollWidth, clientWidth } = document.documentElement;
    const outside = all('body *').filter((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || !shown(element)) return false;
      if (box.right <= clientWidth + 1 && box.left >= -1) return false;
      return !hiddenByClip(element) && !element.matches('.skip') && !isHeld(element);
    });
    if (scrollWidth > clientWidth)
      return [`scrolls to ${scrollWidth} of ${clientWidth}`, ...outside.slice(0, 4).map(named)];
    return outside.slice(0, 4).map((element) => `outside: ${named(element)}`);
  }

  /** Text that its box cuts, other than by an ellipsis with the whole text elsewhere. */
  function cut() {
    const found = [];
    for (const element of all('body *')) {
      if (
        element.children.length > 0 &&
        ![...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
      )
        continue;
      if (element.textContent.trim() === '' || !shown(element) || hiddenByClip(element)) continue;
      if (element.matches('textarea, input, select, option, svg *, optgroup, script, style'))
        continue;
      for (let each = element; each !== null && each !== document.body; each = each.parentElement) {
        const style = getComputedStyle(each);
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        if (/auto|scroll/.test(`${style.overflowX} ${style.overflowY}`)) break;
        if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') break;
        const [box, text] = [each.getBoundingClientRect(), element.getBoundingClientRect()];
        if (box.width <= 2) break;
        const over = Math.max(
          text.bottom - box.bottom,
          box.top - text.top,
          text.right - box.right,
          box.left - text.left,
        );
        if (over > 2) found.push(`cut by ${Math.round(over)}: ${named(element)}`);
        break;
      }
    }
    return found.slice(0, 5);
  }

  /** Fields in which nothing may be pasted keep people out whose passwords are kept by a program. */
  const pasted = () =>
    all('input[onpaste], [oncopy], input[autocomplete="off"][type="password"]').map(named);

  /** With reduced motion nothing moves. */
  const motion = () =>
    document
      .getAnimations()
      .filter(({ effect }) => effect.getComputedTiming().duration > 1)
      .map(({ effect }) => `moves: ${named(effect.target)}`);

  /**
   * One text of each kind: what is styled alike, in the same places, has the same colours in every theme. Marked, so that
   * rules about colours need not look at each of fifty rows again.
   */
  function markSamples() {
    const seen = new Set();
    for (const element of all('body *')) {
      if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
        continue;
      const steps = [];
      for (
        let each = element;
        each !== document.body && steps.length < 6;
        each = each.parentElement
      ) {
        const current = each.getAttribute('aria-current') ?? '';
        steps.push(
          `${each.localName}.${each.getAttribute('class') ?? ''}.${current}.${each.disabled ?? ''}`,
        );
      }
      const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
      const kind = [...steps, color, fontSize, fontWeight, opacity].join(' ');
      if (seen.has(kind) || !shown(element)) continue;
      seen.add(kind);
      element.setAttribute('data-sample', '');
    }
    return [];
  }

  const isDrawn = ({ outlineStyle, outlineWidth, outlineColor, boxShadow }) =>
    boxShadow !== 'none' ||
    (outlineStyle !== 'none' &&
      parseFloat(outlineWidth) > 0 &&
      !/, 0\)$|transparent/.test(outlineColor));

  /** What has the focus shows it, by itself or by the row or box around it, and no bar lies over it. */
  function focus() {
    const now = document.activeElement;
    // After the last stop of a page comes the browser itself.
    if (now === null || now === document.body) return [];
    const labels = [...(now.labels ?? [])];
    const parts = [now, now.closest('.ask, .line, .attach'), ...labels].filter((part) => part);
    const styles = parts.flatMap((part) => [
      getComputedStyle(part),
      getComputedStyle(part, '::after'),
    ]);
    const found = styles.some(isDrawn) ? [] : [`not seen: ${named(now)}`];
    const place = now.matches('.vh') ? (labels[0] ?? now) : now;
    const { left, top, width, height } = place.getBoundingClientRect();
    const shares = [0.1, 0.5, 0.9];
    const isOn = (x, y) => {
      const there = document.elementFromPoint(left + x * width, top + y * height);
      return there !== null && (there.contains(place) || place.contains(there));
    };
    const isFree = shares.some((x) => shares.some((y) => isOn(x, y)));
    if (width > 1 && !isFree) found.push(`covered: ${named(now)}`);
    return found;
  }

  return {
    focus,
    markSamples,
    outline,
    liveRegions,
    references,
    languages,
    targets,
    sideways,
    cut,
    pasted,
    motion,
  };
})();
