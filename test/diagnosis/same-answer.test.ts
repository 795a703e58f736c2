/** The editor's tool and the MCP server's are one: the same text and the same folder give the same answer, settings included. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { Configurations } from '../../src/cli/configurations.js';
import { programOf } from '../../src/cli/diagnose-program.js';
import { settingSchemas } from '../../src/cli/setup.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { spanText } from '../../src/diagnosis/moments.js';
import { readText } from '../../src/diagnosis/read.js';
import { diagnosisText } from '../../src/diagnosis/report.js';
import { resultOf } from '../../src/diagnosis/result.js';
import { DiagnosedProgram } from '../../src/editor/diagnosed-program.js';
import { openAnalyser } from '../../src/cli/setup.js';

const CLIENT = `import os
import socket

def fetch():
    s = socket.create_connection(('10.0.0.2', int(os.environ['STOCK_PORT'])))
    s.sendall(b'stock')
    if not s.recv(10):
        return None
    s.close()
`;
const FILES: Record<string, string> = {
  'closewait.json': '{ "sysctls": { "net.ipv4.tcp_retries2": 5 }, "severity": { "missing-timeout": "off" } }',
  'stock.py': CLIENT,
  'settings.env': 'STOCK_PORT=7441\n',
  'old/closewait.json': '{ "exclude": ["*"] }',
  'old/stock.py': CLIENT,
};
const TEXT = `State      Recv-Q Send-Q Local Address:Port Peer Address:Port Process
CLOSE-WAIT 1      0      10.0.0.1:41234     10.0.0.2:7441      users:(("python3",pid=7,fd=3))
ESTAB      0      90     10.0.0.1:41236     10.0.0.2:7441      users:(("python3",pid=7,fd=4)) timer:(on,3.2sec,4)
`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'closewait-same-'));
for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}
after(() => rmSync(folder, { recursive: true, force: true }));

/** As src/editor/diagnosis.ts gives the files of a workspace to the worker. */
async function inEditor(): Promise<string> {
  const base = { machine: DEFAULT_MACHINE, severities: {}, minCertainty: 'likely', fixes: false } as const;
  const schemas = await settingSchemas();
  const configurations = new Configurations({ options: base, minCertainty: null, schemas, complain: (_, cause) => assert.fail(cause) });
  const analyser = await openAnalyser();
  const program = new DiagnosedProgram(() => Promise.resolve(analyser));
  await program.take({ files: [], first: true, options: base });
  const of = (disk: string): ReturnType<Configurations['of']> =>
    configurations.of({ shown: disk, path: disk, disk, language: null, named: false, bytes: 0 });
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((n) => /\.\w+$/.test(n))) {
    const disk = path.join(folder, name);
    const options = of(disk);
    if (options) await program.take({ files: [{ path: disk, text: readFileSync(disk, 'utf8') }], first: false, options });
  }
  while ((await program.work()) > 0);
  const machine = of(path.join(folder, '.'))?.machine ?? DEFAULT_MACHINE;
  const text = diagnosisText(program.diagnose({ readings: [], texts: [TEXT], captures: [], at: null, machine }));
  analyser.close();
  return text;
}

/** As src/cli/mcp.ts answers. */
async function onServer(): Promise<string> {
  const io = {
    out: () => undefined,
    err: () => undefined,
    version: '',
    machine: DEFAULT_MACHINE,
    program: '',
    terminal: null,
    progress: false,
  };
  const readings = [readText(TEXT)];
  const program = await programOf([folder], io, { readings, within: 0, complain: (_, error) => assert.fail(String(error)) });
  return diagnosisText(resultOf(diagnose(readings, program, { machine: program.machine, at: null, clock: spanText })));
}

test('the language-model tool and the MCP tool give the same answer', async () => {
  const [editor, server] = [await inEditor(), await onServer()];
  assert.equal(editor, server);
  assert.match(server, /STOCK_PORT is 7441 in .*settings\.env/);
  assert.match(server, new RegExp(`${path.join(folder, 'stock.py')}:5`));
  assert.doesNotMatch(server, /old\/stock\.py|missing-timeout/);
});
