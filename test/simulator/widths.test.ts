/** At 320, 360, 560 and 1,200 pixels, in four themes: no word of the page or of a picture is cut off. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { CLIENT, show } from './connections.js';
import { browser, open, scripts, type Scripts } from './harness.js';
import { THEMES } from './themes.js';

let chrome: Browser;
let code: Scripts;

before(async () => {
  [chrome, code] = await Promise.all([browser(), scripts()]);
});
after(() => chrome?.close());

/** What is wider than the place it has: the page, a list's longest entry, a label of a picture. */
const CUT = `(() => {
  const cut = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) cut.push('the page: ' + scrollWidth);
  const pen = document.createElement('canvas').getContext('2d');
  for (const list of document.querySelectorAll('.failure select')) {
    const style = getComputedStyle(list);
    pen.font = style.fontWeight + ' ' + style.fontSize + ' ' + style.fontFamily;
    for (const option of list.options) {
      const text = option.textContent.trim();
      const arrow = 18;
      if (pen.measureText(text).width + parseFloat(style.paddingLeft) + arrow > list.clientWidth + 1) cut.push(text);
    }
  }
  for (const picture of document.querySelectorAll('svg.drawing')) {
    const place = picture.getBoundingClientRect();
    for (const label of picture.querySelectorAll('text')) {
      const { left, right, width } = label.getBoundingClientRect();
      if (width > 0 && (left < place.left - 1 || right > place.right + 1)) cut.push(label.textContent);
    }
  }
  for (const box of document.querySelectorAll('.ladder, .events .scroll, .values > details[open] > .scroll'))
    if (box.scrollWidth > box.clientWidth) cut.push(box.className + ' scrolls sideways: ' + box.scrollWidth + ' in ' + box.clientWidth);
  return cut;
})()`;

for (const width of [320, 360, 560, 1200])
  test(`${width} pixels`, async () => {
    for (const theme of THEMES) {
      const { page, send } = await open(chrome, code, { theme, width });
      await send(show(CLIENT, 'peer-host-loses-power-while-we-write'));
      await page.waitForSelector('.answer:not(.stale)');
      await page.waitForSelector('svg.drawing');
      assert.deepEqual(await page.evaluate(CUT), [], `${theme.name}: time line`);
      for (const summary of await page.locator('.values > details > summary').all()) await summary.click();
      assert.deepEqual(await page.evaluate(CUT), [], `${theme.name}: values`);
      await page.click('text=TCP_USER_TIMEOUT 30 s');
      await page.waitForSelector('.difference');
      await page.waitForSelector('svg.drawing');
      assert.deepEqual(await page.evaluate(CUT), [], `${theme.name}: before and after`);
      await page.context().close();
    }
  });
