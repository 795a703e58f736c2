// The times that a user waits for, in the real VS Code on a warm host, and the package's size:
//   npm run bench:editor [-- RUNS]        (after npm run build and npm run package)
// activation as VS Code tells it; from a keystroke to the squiggles that follow from it (the pause of 300 ms included); from the command to
// the page's frame, which is VS Code's work and as long for an empty page (the second frame of a browser waits for its service worker),
// to the first paint and to the answer: the first run opens the panel for the first time, the others close it and open it again.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installVsix, launchBrowser, startServer, workbenchUrl } from '../host/vscode-host.mjs';
import { Workbench } from './workbench.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const runs = Number(process.argv[2] ?? 5);
const FIRST = 'create_connection((host, 8081';
const SECOND = 'create_connection((host, 8080';
const COMMAND = 'CloseWait: Simulate Connection Failure';

/** Milliseconds from a keystroke until the number of squiggles is another one. */
async function keystroke(page, key) {
  const count = () => page.locator('.monaco-editor [class*="squiggly-"]').count();
  const before = await count();
  const began = performance.now();
  await page.keyboard.press(key);
  while ((await count()) === before) {
    if (performance.now() - began > 30_000) throw new Error('the squiggles stay as they are');
    await page.waitForTimeout(5);
  }
  return performance.now() - began;
}

/** Asks for the connection on this line, and gives the moments of the question. */
async function simulate(workbench, page, text) {
  await workbench.showTab('collector.py');
  await workbench.putCursor(text);
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget:visible .quick-input-box input').fill(`>${COMMAND}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Simulate Connection Failure' }).first().waitFor();
  const asked = { began: performance.now(), epoch: Date.now() };
  await page.keyboard.press('Enter');
  return asked;
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-paint-'));
const workspace = path.join(tmp, 'samples');
fs.cpSync(path.join(root, 'samples'), workspace, { recursive: true });
const dataDir = path.join(tmp, 'data');
let server, browser;
try {
  installVsix(path.join(root, 'closewait.vsix'), { dataDir });
  server = await startServer({
    dataDir,
    settings: { 'editor.minimap.enabled': false, 'editor.stickyScroll.enabled': false, 'editor.scrollBeyondLastLine': false },
  });
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1500, height: 950 } });
  // Asking from outside when the answer is there takes as long as a fifth of a second.
  await context.addInitScript(() => {
    if (window === window.top) return;
    setInterval(() => {
      const { body } = document;
      const line = document.querySelector('header button')?.textContent;
      if (!body || !line || body.dataset.answered === line || !document.querySelector('.answer:not(.stale)')) return;
      Object.assign(body.dataset, { answered: line, answeredAt: String(performance.timeOrigin + performance.now()) });
    }, 4);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(workbenchUrl({ port: server.port, folder: workspace }));
  const workbench = new Workbench(page);
  await workbench.openFile('collector.py');
  await workbench.squiggles('warning').first().waitFor();
  await workbench.putCursor(FIRST);
  await page.keyboard.press('Home');
  const waited = [];
  for (let run = 0; run <= runs; run += 1) {
    const [gone, back] = [await keystroke(page, '#'), await keystroke(page, 'Backspace')];
    // The first edit wakes what nobody has used yet.
    if (run > 0) waited.push(gone, back);
    else console.log(`keystroke to squiggle: first ${gone.toFixed(0)} ms`);
  }
  console.log(`keystroke to squiggle: median ${middle(waited).toFixed(0)} ms, most ${Math.max(...waited).toFixed(0)} ms`);
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'CloseWait' }).first();
  console.log(`activation: ${/Activation: (?:Startup )?[^,]*?(\d+ ?ms)/.exec(await row.innerText())?.[1] ?? (await row.innerText())}`);
  // It opens above the others.
  await page.keyboard.press('Escape');
  await page.locator('.monaco-modal-editor-block').waitFor({ state: 'detached' });
  for (let run = 0; run <= runs; run += 1) {
    const { began, epoch } = await simulate(workbench, page, FIRST);
    await workbench.simulator().locator('.answer:not(.stale)').waitFor();
    const { frame, painted, answered } = await workbench
      .simulator()
      .locator('body')
      .evaluate(() => {
        const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
        return {
          frame: performance.timeOrigin,
          painted: performance.timeOrigin + paint,
          answered: Number(document.body.dataset.answeredAt),
        };
      });
    await workbench.simulator().locator('svg.drawing').waitFor();
    console.log(
      `${run === 0 ? 'first' : 'warm'}: frame ${(frame - epoch).toFixed(0)} ms, first paint ${(painted - epoch).toFixed(0)} ms, answer ${(answered - epoch).toFixed(0)} ms, picture ${(performance.now() - began).toFixed(0)} ms`,
    );
    const panel = page.locator('.tab', { hasText: 'Simulated connection' });
    await panel.click({ button: 'middle' });
    await panel.waitFor({ state: 'detached' });
    await page.waitForTimeout(500);
  }
  await simulate(workbench, page, FIRST);
  await workbench.simulator().locator('svg.drawing').waitFor();
  const others = [];
  for (let run = 0; run < 2 * runs; run += 1) {
    await page.waitForTimeout(1000);
    const [text, line] = run % 2 === 0 ? [SECOND, 'line 6'] : [FIRST, 'line 27'];
    const { epoch } = await simulate(workbench, page, text);
    const body = workbench.simulator().locator(`body[data-answered$="${line}"]`);
    await body.waitFor({ state: 'attached' });
    others.push((await body.evaluate(({ dataset }) => Number(dataset.answeredAt))) - epoch);
  }
  console.log(`another connection in an open panel: median ${middle(others).toFixed(0)} ms, most ${Math.max(...others).toFixed(0)} ms`);
  console.log(`package: ${(fs.statSync(path.join(root, 'closewait.vsix')).size / 1e6).toFixed(2)} MB`);
} finally {
  await browser?.close();
  await server?.stop();
  fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
}
