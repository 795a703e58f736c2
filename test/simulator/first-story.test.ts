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
const OTHER = 'peer-process-killed';
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
  const other = played(first.connection.profile, OTHER, machine);
  assert.ok(story && other && other.answer.sees !== story.answer.sees);
  const marked = { ...story, answer: { ...story.answer, sees: 'As told before.' } };
  const shown = async (told: NonNullable<typeof first.told>): Promise<string> => {
    const { page } = await open(chrome, code, { theme: THEMES[0] as OpenOptions['theme'], first: { ...first, told } });
    await page.waitForSelector('.answer:not(.stale)');
    const text = (await page.textContent('.answer')) ?? '';
    for (const [scenario, sees] of [
      [OTHER, other.answer.sees],
      [IDLE, story.answer.sees],
    ] as const) {
      await page.selectOption('#scenario', scenario);
      await page.locator('.answer:not(.stale)', { hasText: sees }).waitFor();
    }
    await page.context().close();
    return text;
  };
  assert.match(await shown({ scenario: IDLE, machine, story: marked }), /As told before\./);
  const open2 = await open(chrome, code, { theme: THEMES[0] as OpenOptions['theme'] });
  await open2.send({ ...first, told: { scenario: IDLE, machine, story: marked } });
  await open2.page.locator('.answer:not(.stale)', { hasText: 'As told before.' }).waitFor();
  await open2.page.context().close();
  assert.doesNotMatch(await shown({ scenario: IDLE, machine: { ...machine, hz: 100 }, story: marked }), /As told before\./);
});
