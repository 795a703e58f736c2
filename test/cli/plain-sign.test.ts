/** A state is explained by the failure that it is the plain sign of, not by one that passes through it by the way. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { programOf } from '../../src/cli/diagnose-program.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { spanText } from '../../src/diagnosis/moments.js';
import { readText } from '../../src/diagnosis/read.js';
import { diagnosisText } from '../../src/diagnosis/report.js';
import { resultOf } from '../../src/diagnosis/result.js';

const SERVER = `import socket


def serve(port):
    listener = socket.create_server(("", port))
    kept = []
    while True:
        conn, peer = listener.accept()
        kept.append(conn)
        data = conn.recv(4096)
        while data:
            data = conn.recv(4096)


serve(7004)
`;
const TABLE = `State      Recv-Q Send-Q Local Address:Port Peer Address:Port Process
CLOSE-WAIT 0      0      10.0.0.5:7004      10.0.0.9:40122    users:(("python3",pid=7,fd=4))
`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'closewait-sign-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('CLOSE_WAIT in which everything was read: the peer has closed and the code has not, no matter of unread data', async () => {
  writeFileSync(path.join(folder, 'server.py'), SERVER);
  const unused = (): undefined => undefined;
  const io = { out: unused, err: unused, version: '', machine: DEFAULT_MACHINE, program: '', terminal: null, progress: false };
  const readings = [readText(TABLE)];
  const program = await programOf([folder], io, { readings, within: 0, complain: (_, error) => assert.fail(String(error)) });
  const told = diagnosisText(resultOf(diagnose(readings, program, { machine: program.machine, at: null, clock: spanText })));
  assert.match(told, /Everything was read, the end of the stream too/);
  assert.match(told, /"the peer closes, we do not" ends in the same: CLOSE_WAIT/);
  assert.match(told, /closewait simulate \S+server\.py:8 peer-closes-we-do-not/);
});
