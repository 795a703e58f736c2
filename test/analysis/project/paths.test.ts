/** The path of a finding leads through every file that has a part in it, and so do the steps that the simulator shows. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyseProject } from '../../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../../src/analysis/project/sources.js';
import { analyser } from '../support/analyser.js';
import { C, GO, PYTHON } from '../support/four-files.js';

interface Told {
  finding: string;
  path: string[];
  files: string[];
}

/** Each finding with its path as `file:line words`, and the files that its profile's steps lie in. */
async function told(files: Readonly<Record<string, string>>): Promise<Told[]> {
  const project = (await analyser()).openProject(sourcesOf(files));
  const found = analyseProject(project).flatMap(([home, { findings, connections }]) =>
    findings.map((one): Told => ({
      finding: `${home}:${one.range.startLine} ${one.rule}`,
      path: one.path.map((step) => `${step.file ?? home}:${step.range.startLine} ${step.message}`),
      files: [...new Set((connections[one.connection]?.steps ?? []).map((step) => step.file ?? home))],
    })),
  );
  project.dispose();
  return found;
}

describe('paths through four files', () => {
  it('Python', async () => {
    assert.deepEqual(await told(PYTHON), [
      {
        finding: 'use.py:6 missing-close',
        path: [
          'use.py:6 opened here',
          'lib/client.py:10 by this call',
          'lib/net.py:5 by this call',
          'lib/tls.py:4 goes through `secure`',
          'use.py:8 leaves by return',
        ],
        files: ['lib/net.py'],
      },
    ]);
  });

  it('Go', async () => {
    assert.deepEqual(await told(GO), [
      {
        finding: 'main.go:6 close-skipped-on-error',
        path: [
          'main.go:6 opened here',
          'client/client.go:15 by this call',
          'dial/dial.go:9 by this call',
          'wrap/wrap.go:8 goes through `Secure`',
          'client/client.go:23 `Write` fails',
          'client/client.go:24 leaves by an error return',
          'main.go:11 leaves by an error return',
        ],
        files: ['dial/dial.go', 'client/client.go'],
      },
    ]);
  });

  it('C', async () => {
    assert.deepEqual(await told(C), [
      {
        finding: 'main.c:6 close-skipped-on-error',
        path: [
          'main.c:6 opened here',
          'client.c:7 by this call',
          'dial.c:11 by this call',
          'tune.c:6 goes through `tune`',
          'main.c:9 leaves by an error return',
        ],
        files: ['dial.c', 'tune.c', 'client.c'],
      },
    ]);
  });
});
