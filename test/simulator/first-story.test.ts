/** What the extension has asked the model already is shown at once; what is asked then is asked of the model. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { played } from '../../src/app/story.js';
import { CLIENT, show } from './connections.js';
import { browser, open, scripts, type OpenOptions, type Scripts } from './harness.js';
import { THEMES } from './themes.js';

const IDLE = 'peer-host-loses-power-idle';
let chrome: Browser;
let code: Scripts;
before(async () => {
  [chrome, code] = await Promise.all([browser(), scripts()]);
});
after(() => chrome?.close());

test('a page with its first story asks the model only for others; one of another machine is not taken', async () => {
  const first = show(CLIENT, IDLE, { applicable: null });
  assert.ok(first.type === 'show');
  const machine = { kernel: DEFAULT_MACHINE.kernel, hz: DEFAULT_MACHINE.hz, sysctls: first.settings.sysctls };
  const story = played(first.connection.profile, IDLE, machine);
  assert.ok(story);
  const marked = { ...story, answer: { ...story.answer, sees: 'As told before.' } };
  const shown = async (told: NonNullable<typeof first.told>): Promise<string> => {
    const { page } = await open(chrome, code, { theme: THEMES[0] as OpenOptions['theme'], first: { ...first, told } });
    await page.waitForSelector('.answer:not(.stale)');
    const before = (await page.textContent('.answer')) ?? '';
    await page.selectOption('#scenario', 'peer-frozen');
    await page.locator('.answer:not(.stale)', { hasNotText: before.slice(0, 40) }).waitFor();
    await page.selectOption('#scenario', IDLE);
    await page.locator('.answer:not(.stale)', { hasText: story.answer.sees.slice(0, 40) }).waitFor();
    await page.context().close();
    return before;
  };
  assert.match(await shown({ scenario: IDLE, machine, story: marked }), /As told before\./);
  assert.doesNotMatch(await shown({ scenario: IDLE, machine: { ...machine, hz: 100 }, story: marked }), /As told before\./);
});
