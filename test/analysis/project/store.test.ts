/** Editing a project gives what a fresh analysis of it gives. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Analysis } from '../../../src/analysis/findings.js';
import { analyseProject } from '../../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../../src/analysis/project/sources.js';
import { Store } from '../../../src/analysis/project/store.js';
import { analyser } from '../support/analyser.js';

const fixtures = path.join(import.meta.dirname, '../../fixtures');
const seed = 20261129;
/** For a campaign: so many edits, compared every so often, in 50 files of each language of a folder (`FOLDER/go/…`). */
const edits = Number(process.env.CLOSEWAIT_EDITS ?? 60);
const every = Number(process.env.CLOSEWAIT_EVERY ?? 10);
const tree = process.env.CLOSEWAIT_TREE;
/** Rounds after which a file is as it was: what is left of a text after many edits is no program. */
const restoredAfter = 25;

/** Mulberry32: the same numbers on every machine. */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fifty files of a real project, those with connections first. */
function realFiles(folder: string, language: string): Record<string, string> {
  const extension = { python: '.py', go: '.go', c: '.c' }[language] ?? '';
  const root = path.join(folder, language);
  const texts = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [path.relative(root, file), readFileSync(file, 'utf8')] as const)
    .filter(([, text]) => text.length < 60_000);
  const concerns = ([, text]: readonly [string, string]): number =>
    /\b(?:socket|connect|net\.|http\.|urlopen|requests)/.test(text) ? 0 : 1;
  return Object.fromEntries(texts.sort((a, b) => concerns(a) - concerns(b)).slice(0, 50));
}

function projectOf(language: string): Record<string, string> {
  if (tree !== undefined) return realFiles(tree, language);
  const names = readdirSync(path.join(fixtures, language)).sort();
  const files = Object.fromEntries(names.map((name) => [`own/${name}`, readFileSync(path.join(fixtures, language, name), 'utf8')]));
  if (language === 'python') {
    files['lib/net.py'] = 'import socket\n\n\ndef dial(host):\n    return socket.create_connection((host, 80), 5)\n';
    files['lib/client.py'] =
      'from .net import dial\n\n\nclass Client:\n    def __init__(self, host):\n        self.sock = dial(host)\n\n    def ' +
      'close(self):\n        self.sock.close()\n';
    files['use.py'] =
      'from lib.client import Client\n\n\ndef once(host, stop):\n    c = Client(host)\n    if stop:\n        return None\n    c.close()\n';
  }
  return files;
}

/** One small edit somewhere: a line goes, comes twice, or changes places with the next; some characters go or come. */
function edited(text: string, next: () => number): string {
  const lines = text.split('\n');
  const at = Math.floor(next() * lines.length);
  switch (Math.floor(next() * 5)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, lines[at] ?? '');
      break;
    case 2:
      lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? '');
      break;
    case 3:
      lines[at] = (lines[at] ?? '').replace(/\w+/, (word) => word.slice(1) || 'x');
      break;
    default:
      lines[at] = `${lines[at] ?? ''}${['(', ')', ' x', '.close()', ':', '{', '}'][Math.floor(next() * 7)] ?? ''}`;
  }
  return lines.join('\n');
}

const said = ({ parseMs: _parse, analyseMs: _analyse, ...rest }: Analysis): string => JSON.stringify(rest);

describe(`random edits (seed ${seed})`, () => {
  for (const language of ['python', 'go', 'c']) {
    it(language, { timeout: 600_000 + edits * 2000 }, async () => {
      const a = await analyser();
      const next = random(seed);
      const files = projectOf(language);
      const originals = { ...files };
      const project = a.openProject(sourcesOf(files));
      const store = new Store(project, () => ({}));
      store.refresh(Object.keys(files));
      for (let round = 0; round < edits; round += 1) {
        const paths = Object.keys(files).sort();
        const changed = paths[Math.floor(next() * paths.length)] as string;
        files[changed] = (round % restoredAfter === restoredAfter - 1 ? originals[changed] : null) ?? edited(files[changed] ?? '', next);
        project.watch(changed);
        store.refresh([changed]);
        if (round % every !== every - 1) continue;
        const fresh = a.openProject(sourcesOf({ ...files }));
        for (const [file, analysis] of analyseProject(fresh))
          assert.equal(said(store.of(file)), said(analysis), `round ${round}: ${file} after an edit in ${changed}`);
        fresh.dispose();
      }
      project.dispose();
    });
  }
});
