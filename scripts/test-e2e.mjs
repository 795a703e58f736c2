// End to end: the packaged .vsix in the real VS Code (server and workbench) in a browser. Pictures go to test-results/e2e/;
// --pictures also takes those that the README shows, into docs/images/.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../test/host/chromium.mjs';
import { installVsix, launchBrowser, SETTINGS, startServer, workbenchUrl } from '../test/host/vscode-host.mjs';
import { answers } from '../test/host/answers.mjs';
import { chinese, speakChinese } from '../test/host/chinese.mjs';
import { Workbench } from '../test/browser/workbench.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const results = path.join(root, 'test-results/e2e');
const vsix = path.join(root, 'closewait.vsix');
/** Dark comes last: the pictures after it are dark. */
const THEMES = {
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
  dark: 'Default Dark Modern',
};
/** Pictures of the README, taken with --pictures: side bar away, a higher window. */
const IMAGES = path.join(root, 'docs/images');
const WINDOW = { width: 1500, height: 950 };
const WIDE_WINDOW = { width: 1750, height: 800 };
const HIGH_WINDOW = { width: 1500, height: 1250 };
const withPictures = process.argv.includes('--pictures');

const BODY_CLASS = {
  dark: '.vscode-dark',
  light: '.vscode-light',
  'high-contrast': '.vscode-high-contrast:not(.vscode-high-contrast-light)',
  'high-contrast-light': '.vscode-high-contrast-light',
};

const editorSettings = {
  'editor.minimap.enabled': false,
  'editor.lightbulb.enabled': 'on',
  'workbench.tips.enabled': false,
  'breadcrumbs.enabled': false,
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'editor.stickyScroll.enabled': false,
  'editor.hover.above': false,
};
const themed = (theme) => ({ ...editorSettings, 'workbench.colorTheme': THEMES[theme] });

function setTheme(dataDir, theme) {
  fs.writeFileSync(path.join(dataDir, 'data/User/settings.json'), JSON.stringify({ ...SETTINGS, ...themed(theme) }));
}

/** The page in a theme. The server now and then misses that its settings file was written: then it is written again. */
async function themedPage(page, simulator, dataDir, theme) {
  const body = simulator.locator(`body${BODY_CLASS[theme]}`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    setTheme(dataDir, theme);
    await page.waitForTimeout(1000 * attempt);
    await page.reload();
    if (
      await body.waitFor({ timeout: 20_000 }).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`the page does not take the theme ${theme}`);
}

/** What `closewait simulate FILE:LINE` says about the same connection. */
function simulatedByCli(file, line) {
  return JSON.parse(
    execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'simulate', `${file}:${line}`, '--format', 'json'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    }),
  );
}

const isOurs = ({ side }) => side === 'A';

async function story({ workbench, page, workspace, dataDir, shot, step }) {
  const simulator = workbench.simulator();
  const answer = simulator.locator('.answer:not(.stale)');

  await step('a squiggle under the call that opens the connection', async () => {
    await workbench.openFile('collector.py');
    await workbench.squiggles('warning').first().waitFor({ timeout: 30_000 });
    await shot('squiggles-dark');
  });
  await step('the hover explains the connection, draws a time line, links to the simulator', async () => {
    const hover = await workbench.showHover('create_connection((host, 8081', 'Simulate this connection');
    const text = await hover.innerText();
    assert.match(text, /Client connection/);
    assert.match(text, /its host loses power/);
    const width = await hover
      .locator('img')
      .first()
      .evaluate((image) => image.naturalWidth);
    assert.ok(width > 100, `the time line is ${width} pixels wide`);
    await shot('hover-dark');
    if (withPictures) await page.screenshot({ path: path.join(IMAGES, 'finding.png'), clip: { x: 352, y: 4, width: 1040, height: 780 } });
    await hover.locator('img').first().scrollIntoViewIfNeeded();
    await shot('hover-time-line');
  });
  await step('the link opens the simulator beside the editor', async () => {
    await page.locator('.monaco-hover:visible a', { hasText: 'Simulate this connection' }).first().click();
    await answer.waitFor({ timeout: 30_000 });
    assert.match(await simulator.locator('body').innerText(), /collector\.py, line 27/);
    await page.mouse.move(5, 5);
    await shot('simulator-dark');
  });
  await step('an event of the table jumps to its line of code', async () => {
    await simulator.locator('.code-line').first().click();
    const wanted = Number(await simulator.locator('.code-line .number').first().innerText());
    await assert.doesNotReject(
      until(async () => (await workbench.cursorLine()) === wanted),
      `the cursor is on line ${wanted}`,
    );
  });
  await step('the sequence diagram is drawn', async () => {
    await simulator.locator('#tab-sequence').click();
    await simulator.locator('.diagram.sequence svg').waitFor({ timeout: 20_000 });
  });
  await step('a reload restores the simulator, in the same view', async () => {
    // The workbench in a browser writes its state every five seconds.
    await page.waitForTimeout(6000);
    await page.reload();
    await simulator.locator('.diagram.sequence svg').waitFor({ timeout: 40_000 });
    await answer.waitFor();
    assert.match(await simulator.locator('body').innerText(), /collector\.py, line 27/);
  });
  for (const theme of Object.keys(THEMES)) {
    await step(`the simulator in ${theme}`, async () => {
      await themedPage(page, simulator, dataDir, theme);
      await answer.waitFor();
      await simulator.locator('#tab-sequence').click();
      await simulator.locator('.diagram.sequence svg').waitFor();
      await shot(`sequence-${theme}`);
      await simulator.locator('#tab-ladder').click();
      await simulator.locator('svg .arrow').first().waitFor();
      await shot(`simulator-${theme}`);
    });
  }
  if (withPictures) {
    await page.setViewportSize(HIGH_WINDOW);
    await workbench.showTab('collector.py');
    await page.keyboard.press('Control+b');
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(IMAGES, 'simulator.png') });
    await page.keyboard.press('Control+b');
    await page.setViewportSize(WINDOW);
  }
  await step("the palette opens the simulator on the connection under the cursor; the errno is the command line's", async () => {
    // The editor's own group, not the simulator's.
    await workbench.showTab('collector.py');
    await workbench.openFile('status.go');
    await workbench.squiggles('warning').first().waitFor({ timeout: 30_000 });
    await workbench.putCursor('net.Dial');
    await workbench.runCommand('CloseWait: Simulate Connection Failure');
    await simulator.locator('h1', { hasText: 'net.Dial' }).waitFor({ timeout: 20_000 });
    await answer.waitFor();
    const trace = simulatedByCli(path.join(workspace, 'status.go'), 12);
    const errnos = new Set(trace.calls.filter(isOurs).flatMap(({ errno }) => errno ?? []));
    const shown = await simulator.locator('.events').innerText();
    for (const errno of errnos) assert.ok(shown.includes(errno), `${errno} is not in the table`);
    assert.equal(await page.locator('.tab', { hasText: 'Simulated connection' }).count(), 1);
  });
  await step('a cure is compared and applied to the code by its checked fix', async () => {
    await simulator.getByRole('button', { name: 'close() on this path' }).click();
    await simulator.locator('#tab-compare').click();
    await simulator.locator('.difference').waitFor();
    await shot('compare');
    await simulator.getByRole('button', { name: 'Apply to my code' }).click();
    await assert.doesNotReject(
      until(async () => (await workbench.squiggles('warning').count()) === 0),
      'the squiggle goes',
    );
    await workbench.showTab('status.go');
    await workbench.line('fetchStatus(address').click();
    await page.keyboard.press('Control+z');
    await workbench.squiggles('warning').first().waitFor();
  });
  await step('the light bulb fixes it, and the squiggle goes', async () => {
    await workbench.showTab('status.go');
    const before = await workbench.squiggles('warning').count();
    await workbench.putCursor('net.Dial');
    const menu = await workbench.openLightBulb();
    await menu.filter({ hasText: 'Suppress' }).first().waitFor();
    const titles = (await menu.allInnerTexts()).filter((title) => title !== 'Quick Fix');
    assert.doesNotMatch(titles[0] ?? 'Suppress', /^(Suppress|Explain|Simulate)/, `the first entry is a fix: ${titles.join(' | ')}`);
    await shot('light-bulb');
    await page.keyboard.press('Enter');
    await assert.doesNotReject(
      until(async () => (await workbench.squiggles('warning').count()) < before),
      'a squiggle less',
    );
    await shot('fixed');
  });
  await step('a pasted table leads to the line that opened its sockets, a click to the failure that ends so', async () => {
    await workbench.openFile('report.txt');
    await workbench.line('ss -tanpo').click();
    await page.keyboard.press('Control+a');
    await workbench.runCommand('CloseWait: Diagnose From Text');
    const group = workbench.socketsRow('in CLOSE_WAIT');
    await group.waitFor({ timeout: 60_000 });
    assert.match(await group.innerText(), /3 in CLOSE_WAIT.*8080.*python3.*nothing ends it/s);
    await group.click();
    const line = workbench.socketsRow('collector.py:6').first();
    await line.waitFor();
    await line.click();
    await simulator.locator('h1', { hasText: 'create_connection' }).waitFor({ timeout: 30_000 });
    await answer.waitFor();
    assert.match(await simulator.locator('body').innerText(), /collector\.py, line 6/);
    await workbench.line('def fetch_status').waitFor();
    await shot('diagnosis');
    if (withPictures) await pictureOfDiagnosis(workbench, page);
  });
  await step('nothing was refused by the content policy', async () => {
    assert.deepEqual(
      workbench.errors.filter((error) => /Content Security Policy/i.test(error) && !/frame-ancestors/.test(error)),
      [],
    );
  });
}

/** The pasted table on the left, its line on the right. */
async function pictureOfDiagnosis(workbench, page) {
  await page.setViewportSize(WIDE_WINDOW);
  await workbench.showTab('collector.py');
  await workbench.runCommand('View: Move Editor into Next Group');
  await workbench.showTab('report.txt');
  await page.keyboard.press('Control+Home');
  // The view of sockets says more in a wider side bar.
  const bar = await page.locator('.part.sidebar').boundingBox();
  await page.mouse.move(bar.x + bar.width + 1, 400);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width + 180, 400, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(5, 5);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: path.join(IMAGES, 'diagnosis.png') });
  await page.setViewportSize(WINDOW);
}

/** What somebody might paste who runs the sample. */
const REPORT = `The collector stops answering after some hours. Here is what I see:

$ ss -tanpo
State      Recv-Q Send-Q Local Address:Port Peer Address:Port
CLOSE-WAIT 1      0      10.0.0.5:40112     10.0.0.9:8080
    users:(("python3",pid=812,fd=7))
CLOSE-WAIT 1      0      10.0.0.5:40116     10.0.0.9:8080
    users:(("python3",pid=812,fd=8))
CLOSE-WAIT 1      0      10.0.0.5:40120     10.0.0.9:8080
    users:(("python3",pid=812,fd=9))
ESTAB      0      0      10.0.0.5:41022     10.0.0.9:8081
    users:(("python3",pid=812,fd=6))

Which line is that, and will it go away by itself?
`;

async function until(condition, ms = 10_000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100)))
    if (await condition()) return;
  throw new Error('not in time');
}

/** A second window, which shows notifications. */
async function withNotifications(browser, { vsix, tmp, step }) {
  const [workspace, dataDir] = [path.join(tmp, 'plain'), path.join(tmp, 'data2')];
  fs.mkdirSync(workspace);
  fs.writeFileSync(path.join(workspace, 'notes.txt'), 'no code here\n');
  fs.writeFileSync(path.join(workspace, 'plain.py'), 'print("hello")\n');
  installVsix(vsix, { dataDir });
  const server = await startServer({ dataDir, settings: themed('dark'), isDriven: false });
  try {
    const page = await (await browser.newContext({ viewport: WINDOW })).newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(workbenchUrl({ port: server.port, folder: workspace }));
    await answers({ page, workbench: new Workbench(page), step });
  } finally {
    await server.stop();
  }
}

/** A third one, in Chinese. */
async function inChinese(browser, { vsix, tmp, shot, step }) {
  const [workspace, dataDir] = [path.join(tmp, 'chinese'), path.join(tmp, 'data3')];
  fs.cpSync(path.join(root, 'samples'), workspace, { recursive: true });
  installVsix(vsix, { dataDir });
  const server = await startServer({ dataDir, settings: themed('light') });
  try {
    const context = await browser.newContext({ viewport: WINDOW });
    await speakChinese(context, server.port);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(workbenchUrl({ port: server.port, folder: workspace }));
    await chinese({ page, workbench: new Workbench(page), shot: (name) => shot(name, page), step });
  } finally {
    await server.stop();
  }
}

async function main() {
  findChromium();
  fs.rmSync(results, { recursive: true, force: true });
  for (const folder of withPictures ? [results, IMAGES] : [results]) fs.mkdirSync(folder, { recursive: true });
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-e2e-'));
  const workspace = path.join(tmp, 'samples');
  fs.cpSync(path.join(root, 'samples'), workspace, { recursive: true });
  fs.writeFileSync(path.join(workspace, 'report.txt'), REPORT);
  const dataDir = path.join(tmp, 'data');
  let server, browser;
  let [passed, failed] = [0, 0];
  try {
    installVsix(vsix, { dataDir });
    server = await startServer({ dataDir, settings: themed('dark') });
    browser = await launchBrowser();
    const page = await (await browser.newContext({ viewport: WINDOW })).newPage();
    page.setDefaultTimeout(20_000);
    const shot = (name, of = page) => of.screenshot({ path: path.join(results, `${name}.png`) });
    const step = async (name, body) => {
      const began = Date.now();
      try {
        await body();
        passed += 1;
        console.log(`ok ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        await shot(`failed-${passed + failed}`).catch(() => undefined);
        console.log(`NOT OK ${name}\n${error instanceof Error ? error.stack : String(error)}`);
      }
    };
    await page.goto(workbenchUrl({ port: server.port, folder: workspace }));
    await story({ workbench: new Workbench(page), page, workspace, dataDir, shot, step });
    await page.context().close();
    await server.stop();
    await withNotifications(browser, { vsix, tmp, step });
    await inChinese(browser, { vsix, tmp, shot, step });
  } finally {
    await browser?.close();
    await server?.stop();
    fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
  }
  console.log(`CLOSEWAIT-TESTS passed=${passed} failed=${failed}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await main().catch((error) => {
  console.error(`test-e2e: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
