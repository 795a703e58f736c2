/** The page's content policy: what it forbids is refused, and the refusal is reported. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { CLIENT, show } from './connections.js';
import { browser, open, scripts, type OpenOptions, type Scripts } from './harness.js';
import { THEMES } from './themes.js';

let chrome: Browser;
let code: Scripts;
before(async () => {
  [chrome, code] = await Promise.all([browser(), scripts()]);
});
after(() => chrome?.close());

const ELEMENT = (name: string, attributes: Record<string, string>, text = ''): string =>
  `const e = document.createElement('${name}'); Object.assign(e, ${JSON.stringify(attributes)}); e.textContent = ${JSON.stringify(text)}; document.body.append(e);`;
const ELSEWHERE = 'https://elsewhere.test';

/** What hostile text could try to bring in: [the directive that forbids it, the attempt]. */
const ATTEMPTS: [directive: string, attempt: string][] = [
  ['script-src-elem', ELEMENT('script', {}, 'globalThis.ran = "inline"')],
  ['script-src-elem', ELEMENT('script', { src: `${ELSEWHERE}/x.js` })],
  ['script-src-elem', ELEMENT('script', { src: 'data:text/javascript,globalThis.ran="data"' })],
  ['script-src-attr', `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="globalThis.ran=1">')`],
  ['script-src', `try { new Function('globalThis.ran = "eval"')(); } catch {}`],
  ['style-src-elem', ELEMENT('link', { rel: 'stylesheet', href: `${ELSEWHERE}/x.css` })],
  ['img-src', ELEMENT('img', { src: `${ELSEWHERE}/x.png` })],
  ['connect-src', `fetch('${ELSEWHERE}/x').catch(() => {})`],
  ['connect-src', `try { new WebSocket('wss://elsewhere.test/') } catch {}`],
  ['frame-src', ELEMENT('iframe', { src: `${ELSEWHERE}/` })],
  ['object-src', ELEMENT('object', { data: `${ELSEWHERE}/x` })],
  ['worker-src', `try { new Worker('/worker.js') } catch {}`],
  ['form-action', `{ ${ELEMENT('form', { action: `${ELSEWHERE}/`, method: 'post' })} e.submit(); }`],
  ['base-uri', ELEMENT('base', { href: `${ELSEWHERE}/` })],
];

test('each attempt to bring something in is refused, reported, and runs nothing', async () => {
  const opened = await open(chrome, code, { theme: THEMES[0] as OpenOptions['theme'] });
  const { page, errors } = opened;
  await opened.send(show(CLIENT, 'peer-process-killed'));
  await page.waitForSelector('.answer:not(.stale)');
  assert.equal(errors.length, 0, errors.join());
  await page.evaluate(
    'globalThis.refused = []; addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective))',
  );
  for (const [directive, attempt] of ATTEMPTS) {
    // From within the page: what the debugger evaluates is not held to the policy, what it makes the page do is.
    await page.evaluate(`refused.length = 0; setTimeout(() => { ${attempt} })`);
    // `waitForFunction` would evaluate text in the page, which the policy refuses.
    for (let i = 0; i < 100 && (await page.evaluate('refused.length')) === 0; i += 1) await page.waitForTimeout(50);
    assert.deepEqual(await page.evaluate('[...new Set(refused)]'), [directive], attempt);
  }
  assert.equal(await page.evaluate('typeof globalThis.ran'), 'undefined');
  // This is how every other test of the page hears of it.
  const told = errors.filter((error) => /Content Security Policy/i.test(error));
  assert.ok(told.length >= ATTEMPTS.length - 1, errors.join('\n'));
  assert.deepEqual(
    errors.filter((error) => error.startsWith('asked for')),
    [],
  );
  await page.context().close();
});
