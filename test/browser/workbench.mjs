// VS Code's own elements, found once, for the end-to-end tests. Selectors hold for VS Code 1.139.

const SECONDS = 1000;

export class Workbench {
  constructor(page) {
    this.page = page;
    this.errors = [];
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  async openFile(name) {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick({ timeout: 60 * SECONDS });
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  async showTab(name) {
    await this.page.locator('.tab', { hasText: name }).first().click();
  }

  /** A row of the view of sockets. */
  socketsRow(text) {
    return this.page.locator('.pane', { hasText: 'Sockets' }).last().locator('.monaco-list-row', { hasText: text }).first();
  }

  /** Squiggles of the visible editor: `warning` or `info`. */
  squiggles(kind) {
    return this.page.locator(`.monaco-editor .squiggly-${kind}`);
  }

  line(text) {
    return this.page.locator('.monaco-editor .view-line', { hasText: text }).first();
  }

  /** The cursor on the first place of a text in the visible editor. */
  async putCursor(text) {
    await this.line(text)
      .locator(`span:text("${text}")`)
      .last()
      .click({ timeout: 5 * SECONDS })
      .catch(() => this.line(text).click());
  }

  async showHover(text, complete) {
    const token = this.line(text)
      .locator('span span', { hasText: text.split('(')[0] })
      .last();
    const hover = this.page.locator('.monaco-hover:visible .monaco-hover-content').filter({ hasText: complete });
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const box = await token.boundingBox();
      await this.page.mouse.move(5, 5);
      await this.page.mouse.move(box.x + Math.min(box.width / 2, 40), box.y + box.height / 2, { steps: 6 });
      // The hover fills in stages: the diagnostic first, our text after it.
      if (
        await hover
          .first()
          .waitFor({ timeout: 6 * SECONDS })
          .then(
            () => true,
            () => false,
          )
      )
        return hover.first();
    }
    throw new Error(`no hover over "${text}" with "${complete}"`);
  }

  async runCommand(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  async openLightBulb() {
    const menu = this.page.locator('.action-widget:visible .monaco-list-row');
    // The key is lost while the editor takes the focus: a person presses it again.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await this.page.keyboard.press('Control+.');
      if (
        await menu
          .first()
          .waitFor({ timeout: 10 * SECONDS })
          .then(
            () => true,
            () => false,
          )
      )
        return menu;
    }
    throw new Error('no light bulb');
  }

  /** The simulator page inside its two frames. */
  simulator() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async cursorLine() {
    const text = await this.page
      .locator('.statusbar-item', { hasText: /Ln \d+/ })
      .first()
      .innerText();
    return Number(/Ln (\d+)/.exec(text)?.[1]);
  }
}
