// Everything that people read, in a window whose language is Simplified Chinese.
import assert from 'node:assert/strict';

const CHINESE = /[\u4e00-\u9fff]/;

/** Links to an extension begin with the product's name: the host's is another one than VS Code's. */
async function likeDesktop(context) {
  await context.route('**/workbench.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll('urlProtocol:"code-oss"', 'urlProtocol:"vscode"') });
  });
}

/** The workbench takes its language from its script of messages; VS Code's own words stay English without its language pack. */
export async function speakChinese(context, port) {
  await likeDesktop(context);
  await context.addCookies([{ name: 'vscode.nls.locale', value: 'zh-cn', url: `http://localhost:${port}` }]);
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => 'zh-cn', set: () => undefined });
  });
}

/** Runs a command by a part of its title, as somebody who reads Chinese would. */
async function run(page, title) {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget:visible .quick-input-box input').fill(`>CloseWait: ${title}`);
  await row.waitFor();
  await page.keyboard.press('Enter');
}

/** The frame that shows this, among all webviews. */
async function frameWith(page, selector) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    for (const frame of page.frames())
      if (
        await frame
          .locator(selector)
          .count()
          .catch(() => 0)
      )
        return frame;
    await page.waitForTimeout(100);
  }
  throw new Error(`no frame shows ${selector}`);
}

/** @param page of a workspace with collector.py */
export async function chinese({ page, workbench, shot, step }) {
  await step('in Chinese: what the hover, the light bulb and the status bar say', async () => {
    await workbench.openFile('collector.py');
    await workbench.squiggles('warning').first().waitFor({ timeout: 60_000 });
    const hover = await (await workbench.showHover('create_connection((host, 8081', '模拟此连接')).innerText();
    for (const words of ['客户端连接', '主机断电', '我的代码看到什么']) assert.ok(hover.includes(words), hover);
    await workbench.putCursor('create_connection((host, 8081');
    const menu = await workbench.openLightBulb();
    await menu.filter({ hasText: '在此抑制' }).first().waitFor();
    for (const title of await menu.allInnerTexts()) assert.ok(title === 'Quick Fix' || CHINESE.test(title), title);
    await page.keyboard.press('Escape');
    await page.locator('.statusbar-item', { hasText: '个发现' }).first().waitFor();
  });
  await step('in Chinese: the simulator, from the palette', async () => {
    // A hover would lie above the line.
    await page.mouse.move(5, 5);
    await workbench.putCursor('create_connection((host, 8081');
    await run(page, '模拟连接失败');
    const answer = workbench.simulator().locator('.answer:not(.stale)');
    await answer.waitFor({ timeout: 30_000 });
    await workbench.simulator().locator('svg.drawing').waitFor();
    assert.match(await answer.innerText(), /你的代码看到什么/);
    const words = await workbench.simulator().locator('h2, summary, label, button').allInnerTexts();
    // Names of programs, files and options stay.
    const english = words.filter(
      (text) => /[a-z]{3}/i.test(text) && !CHINESE.test(text) && !/^(TCP_|conn|collector|SVG|\d|\+)/.test(text.trim()),
    );
    assert.deepEqual(english, []);
    await shot('simulator-zh-cn');
  });
  await step('in Chinese: a rule page, whose link opens its example and shows how that fails', async () => {
    await run(page, '解释规则');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'missing-keepalive' }).first().waitFor();
    await page.keyboard.press('Enter');
    const preview = await frameWith(page, 'a:text("模拟这个示例")');
    await shot('rule-zh-cn');
    await preview.locator('a:text("模拟这个示例")').click();
    await page.locator('.tab', { hasText: 'Untitled-1' }).waitFor();
    const simulator = await frameWith(page, 'header button:text("Untitled-1")');
    await simulator.locator('.answer:not(.stale)').waitFor();
    await shot('rule-example-zh-cn');
  });
}
