/**
 * The simulator page alone in a browser, as a webview would run it: its
 * own HTML and content policy, a theme's variables, recorded messages.
 */

import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { pageHtml, type FromPage, type SavedState, type ToPage } from '../../src/simulator/protocol.js';
import { findChromium } from '../host/chromium.mjs';
import type { Theme } from './themes.js';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ORIGIN = 'http://closewait.test';

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [path.join(ROOT, 'src/simulator', entry)],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    tsconfig: path.join(ROOT, 'tsconfig.simulator.json'),
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

export interface Scripts {
  simulator: string;
  worker: string;
  mermaid: string;
}

export async function scripts(): Promise<Scripts> {
  const [simulator, worker, mermaid] = await Promise.all([bundle('main.ts'), bundle('worker.ts'), bundle('mermaid.ts')]);
  return { simulator, worker, mermaid };
}

export async function browser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
}

export interface Opened {
  page: Page;
  /** Messages of the page so far. */
  sent: () => Promise<FromPage[]>;
  send: (message: ToPage) => Promise<void>;
  saved: () => Promise<SavedState>;
  /** Errors of scripts and refusals of the content policy. */
  errors: string[];
}

export interface OpenOptions {
  theme: Theme;
  width?: number;
  height?: number;
  reducedMotion?: boolean;
  forcedColors?: boolean;
  /** What setState left behind before the window was reloaded. */
  saved?: SavedState;
  /** What the extension makes the page with. */
  first?: ToPage;
  drawn?: string;
  /** The sentences of another language than English, and its name. */
  words?: Readonly<Record<string, string>>;
  language?: string;
  /** Another worker script, to see the page with a model that takes long. */
  worker?: string;
}

/** Opens the page and waits until it says `ready`. */
export async function open(chrome: Browser, code: Scripts, options: OpenOptions): Promise<Opened> {
  const context = await chrome.newContext({
    viewport: { width: options.width ?? 1000, height: options.height ?? 900 },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: options.forcedColors ? 'active' : 'none',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const html = pageHtml({
    nonce: 'abc123',
    cspSource: ORIGIN,
    script: `${ORIGIN}/simulator.js`,
    worker: `${ORIGIN}/worker.js`,
    mermaid: `${ORIGIN}/mermaid.js`,
    style: readFileSync(path.join(ROOT, 'media/simulator.css'), 'utf8'),
    first: options.first,
    drawn: options.drawn,
    ...(options.words === undefined ? {} : { words: options.words, language: options.language ?? 'zh-cn' }),
  })
    .replace('<body>', `<body class="${options.theme.body}">`)
    .replace('</head>', `<style>${options.theme.css}</style></head>`);
  const files: Record<string, [type: string, body: string]> = {
    '/': ['text/html', html],
    '/simulator.js': ['text/javascript', code.simulator],
    '/worker.js': ['text/javascript', options.worker ?? code.worker],
    '/mermaid.js': ['text/javascript', code.mermaid],
  };
  await page.route('**/*', (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!route.request().url().startsWith(ORIGIN) || file === undefined) {
      errors.push(`asked for ${route.request().url()}`);
      return route.abort();
    }
    return route.fulfill({ contentType: file[0], body: file[1] });
  });
  await page.addInitScript({
    content: `globalThis.recorded = { messages: [], state: ${JSON.stringify(options.saved) ?? 'undefined'} };
    globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => recorded.messages.push(message), getState: () => recorded.state, setState: (state) => { recorded.state = state; } });`,
  });
  await page.goto(`${ORIGIN}/`);
  // The page's policy refuses what `waitForFunction` evaluates.
  for (let i = 0; i < 200 && (await page.evaluate('recorded.messages.length')) === 0; i += 1) await page.waitForTimeout(20);
  return {
    page,
    errors,
    sent: () => page.evaluate<FromPage[]>('recorded.messages'),
    saved: () => page.evaluate<SavedState>('recorded.state'),
    send: (message) => page.evaluate(`postMessage(${JSON.stringify(message)}, '*')`),
  };
}
