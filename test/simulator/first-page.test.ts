/** What a page shows before its script runs is what it shows afterwards; what it remembers is not covered by it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { played } from '../../src/app/story.js';
import { firstPage } from '../../src/simulator/first-page.js';
import type { ToPage } from '../../src/simulator/protocol.js';
import { CLIENT, SERVER, show } from './connections.js';
import { browser, open, scripts, type OpenOptions, type Scripts } from './harness.js';
import { THEMES } from './themes.js';

const theme = THEMES[0] as OpenOptions['theme'];
let chrome: Browser;
let code: Scripts;
before(async () => {
  [chrome, code] = await Promise.all([browser(), scripts()]);
});
after(() => chrome?.close());

type Show = Extract<ToPage, { type: 'show' }>;

function shown(message: ToPage): { first: Show; drawn: string } {
  const first = message as Show;
  const story = played(first.connection.profile, first.scenario ?? '', DEFAULT_MACHINE);
  assert.ok(story);
  return { first: { ...first, told: { scenario: first.scenario ?? '', machine: DEFAULT_MACHINE, story } }, drawn: firstPage(first, story) };
}

/** In the page: elements of the head with their values and words, of the page itself or of markup. */
const HEAD = `(markup) => {
  const main = (markup === undefined ? document : new DOMParser().parseFromString(markup, 'text/html')).querySelector('main');
  return ['header', '.failure', '.notice', '.answer'].flatMap((name) => [main.querySelector(name), ...main.querySelectorAll(name + ' *')]).map(
    (each) => [each.tagName, each.id, each.className.trim(), each.value ?? '', each.disabled ?? '', each.getAttribute('aria-label') ?? '', each.textContent.replace(/\\s+/g, ' ').trim()].join(' | '),
  );
}`;

const evil = '<img src=x onerror="alert(1)">"\'&amp;</script><script>';
for (const [name, message] of [
  ['a client', show(CLIENT, 'peer-process-killed')],
  ['a server', show(SERVER, 'slow-reader')],
  ['hostile names', show({ ...CLIENT, library: evil }, 'peer-closes-we-do-not', { file: evil, function: evil, lines: { 7: evil } })],
] as const) {
  test(`the head of a page that is made with its answer: ${name}`, async () => {
    const made = shown(message);
    const { page, errors } = await open(chrome, code, { theme, ...made });
    await page.waitForSelector('svg.drawing');
    const now = await page.evaluate<string[]>(`(${HEAD})()`);
    assert.ok(now.length > 20);
    assert.deepEqual(await page.evaluate(`(${HEAD})(${JSON.stringify(made.drawn)})`), now);
    assert.deepEqual(errors, []);
    await page.context().close();
  });
}

test('before its script runs a page shows its answer, and nothing where it remembers another one', async () => {
  const waiting = { ...code, simulator: "closewait.postMessage({ type: 'ready' })" };
  const made = shown(show(CLIENT, 'peer-process-killed'));
  const text = async (options: Partial<OpenOptions>): Promise<string> => {
    const { page } = await open(chrome, waiting, { theme, ...made, ...options });
    const found = (await page.textContent('#simulator')) ?? '';
    await page.context().close();
    return found;
  };
  assert.ok((await text({})).includes(made.first.told?.story.answer.sees ?? '?'));
  const view = await open(chrome, code, { theme, ...made });
  await view.page.waitForSelector('svg.drawing');
  const saved = await view.saved();
  await view.page.context().close();
  assert.equal(await text({ saved }), '');
});
