// What commands say where they have nothing to show: in a window with notifications, as `npm start` opens it.
import assert from 'node:assert/strict';

const SIMULATE = 'CloseWait: Simulate Connection Failure';
const CHECK = 'CloseWait: Check This File';

/** Runs a command and gives the notification that answers it, with its buttons. */
async function told(page, workbench, command) {
  await workbench.runCommand(command);
  const toast = page.locator('.notification-toast .notification-list-item').first();
  await toast.waitFor();
  const message = await toast.locator('.notification-list-item-message').innerText();
  const buttons = await toast.locator('.monaco-text-button').allInnerTexts();
  await workbench.runCommand('Notifications: Clear All Notifications');
  await toast.waitFor({ state: 'detached' });
  return `${message} [${buttons.join(', ')}]`;
}

/** The palette knows a command when the window has read the extensions, which is a while after it is there. */
async function known(page, command) {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: command });
  for (let attempt = 0; attempt < 20 && (await row.count()) === 0; attempt += 1) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.keyboard.type(command);
    await page.waitForTimeout(1000);
  }
  await page.keyboard.press('Escape');
}

/** @param page of a workspace with notes.txt (no code) and plain.py (no connection) */
export async function answers({ page, workbench, step }) {
  await step('without a file, commands say which to open, and offer the sample', async () => {
    await page.locator('.explorer-folders-view').waitFor({ timeout: 60_000 });
    await known(page, SIMULATE);
    for (const command of [SIMULATE, CHECK])
      assert.match(
        await told(page, workbench, command),
        /^No file is open: open one in C, C\+\+, .*TypeScript that opens.* \[Open Sample\]$/,
      );
  });
  await step('in a language that is not read they say so', async () => {
    await workbench.openFile('notes.txt');
    await page.locator('.statusbar-item', { hasText: 'Plain Text' }).waitFor();
    for (const command of [SIMULATE, CHECK])
      assert.match(await told(page, workbench, command), /^CloseWait does not read plaintext: open a file in C, /);
  });
  await step('in a new file without a language they offer to choose one', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    assert.match(await told(page, workbench, SIMULATE), /^This new file is plaintext.* \[Choose Its Language, Open Sample\]$/);
  });
  await step('in a file without a connection they say so, and checking answers', async () => {
    await workbench.openFile('plain.py');
    await page.locator('.statusbar-item', { hasText: 'CloseWait: no findings' }).waitFor();
    assert.match(await told(page, workbench, SIMULATE), /^This file opens no socket connection that CloseWait knows/);
    await workbench.runCommand(CHECK);
    await page.locator('.statusbar-item', { hasText: 'CloseWait: 0 findings in 0 connections' }).waitFor();
  });
  await step('the item in the status bar leads to what can be done', async () => {
    await page.locator('.statusbar-item', { hasText: 'CloseWait: no findings' }).click();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'Scan Workspace' }).waitFor();
    await rows.filter({ hasText: 'Scan Workspace' }).click();
    const done = page.locator('.notification-list-item-message', { hasText: /scanned 1 of 1 file: 0 findings/ });
    await done.first().waitFor({ timeout: 60_000 });
  });
}
