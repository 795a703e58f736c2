/** A connection that four files have a part in, as the terminal and code scanning services are told of it. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { C, GO, PYTHON } from '../analysis/support/four-files.js';
import { closewait, folderWith } from './run.js';

interface Flow {
  location: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } };
}

interface Result {
  codeFlows: { threadFlows: { locations: Flow[] }[] }[];
  fixes?: { artifactChanges: { replacements: { insertedContent: { text: string } }[] }[] }[];
}

interface Sarif {
  runs: { results: Result[] }[];
}

/** Language, files, the places of the path, what the fixes write. */
const programs: [string, Readonly<Record<string, string>>, string[], RegExp][] = [
  ['Python', PYTHON, ['use.py:6', 'lib/client.py:10', 'lib/net.py:5', 'lib/tls.py:4', 'use.py:8'], /finally:\n {8}c\.close\(\)/],
  [
    'Go',
    GO,
    ['main.go:6', 'client/client.go:15', 'dial/dial.go:9', 'wrap/wrap.go:8', 'client/client.go:23', 'client/client.go:24', 'main.go:11'],
    // No `defer`: it would run the program's own `Close` twice, which may panic.
    /^c\.Close\(\)/,
  ],
  ['C', C, ['main.c:6', 'client.c:7', 'dial.c:11', 'tune.c:6', 'main.c:9'], /client_close\(&c\);/],
];

describe('four files', () => {
  for (const [language, files, places, closes] of programs) {
    it(`${language}: text and SARIF lead through all of them, and the object is closed where it is lost`, () => {
      const dir = folderWith(files);
      try {
        const text = closewait(['check', '.'], { cwd: dir });
        assert.equal(text.code, 1);
        const steps = [...text.out.matchAll(/^ +(?:\.\/)?([\w/.]+:\d+):\d+: /gm)].map((match) => match[1]);
        assert.deepEqual(steps, places);
        const sarif = JSON.parse(closewait(['check', '.', '--format', 'sarif'], { cwd: dir }).out) as Sarif;
        const edits =
          sarif.runs[0]?.results[0]?.fixes?.flatMap(({ artifactChanges }) =>
            artifactChanges.flatMap(({ replacements }) => replacements.map(({ insertedContent }) => insertedContent.text)),
          ) ?? [];
        assert.ok(
          edits.some((text) => closes.test(text)),
          'the object is closed where it is lost, by its own means',
        );
        const flow = sarif.runs[0]?.results[0]?.codeFlows[0]?.threadFlows[0]?.locations ?? [];
        assert.deepEqual(
          flow.map(
            ({
              location: {
                physicalLocation: { artifactLocation, region },
              },
            }) => `${artifactLocation.uri}:${region.startLine}`,
          ),
          places,
        );
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
});
