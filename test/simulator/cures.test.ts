/** What the page shows follows the code: a cure has its fix's numbers, an end that the code leaves to others is not drawn as well. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { CLIENT, show } from './connections.js';
import { browser, open, scripts, type OpenOptions, type Scripts } from './harness.js';
import { THEMES } from './themes.js';

const DARK = THEMES[0] as OpenOptions['theme'];
let chrome: Browser;
let code: Scripts;
before(async () => {
  [chrome, code] = await Promise.all([browser(), scripts()]);
});
after(() => chrome?.close());

test('a cure has the numbers of the fix that carries it out: in its title, and in what is compared', async () => {
  const first = show(CLIENT, 'peer-host-loses-power-idle', { applicable: null });
  assert.ok(first.type === 'show');
  const { page, send } = await open(chrome, code, { theme: DARK, first });
  await page.waitForSelector('.answer:not(.stale)');
  await page.getByRole('button', { name: 'keepalive 60/10/3' }).click();
  await page.locator('.difference', { hasText: '1 min 30 s' }).waitFor();
  const { uri, version, place } = first.connection;
  const keepalive = { on: true, idle: 60, interval: 60, count: null, from: 'option', line: null } as const;
  await send({ type: 'applicable', uri, version, place, cures: ['keepalive'], numbers: { keepalive: { keepalive } } });
  await page.getByRole('button', { name: 'keepalive 60/60/9' }).waitFor();
  await page.locator('.difference', { hasText: '10 min' }).waitFor();
});

test('a connection whose end is left to the runtime is not shown as well where a finding says so', async () => {
  const dropped = { ...CLIENT, steps: CLIENT.steps.slice(0, -1) };
  for (const [scenario, tone] of [
    ['peer-closes-we-do-not', /warn/],
    [null, /good/],
  ] as const) {
    const { page } = await open(chrome, code, { theme: DARK, first: show(dropped, 'peer-closes-we-do-not', { scenario }) });
    await page.waitForSelector('.answer:not(.stale)');
    assert.match((await page.locator('.answer .when').getAttribute('class')) ?? '', tone);
  }
});
