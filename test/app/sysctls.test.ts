/** A changed sysctl changes every number that is shown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainAt } from '../../src/app/hover.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { tell } from '../../src/app/story.js';
import { checkText, machineWith } from './analyser.js';

/** Sends, then waits for ever: what decides is the retransmission of the request. */
const TEXT = `import socket

def ask(host):
    s = socket.create_connection((host, 80), timeout=5)
    s.settimeout(None)
    try:
        s.sendall(b"hello")
        return s.recv(100)
    finally:
        s.close()
`;

describe('net.ipv4.tcp_retries2 = 5', () => {
  const machine = machineWith({ 'net.ipv4.tcp_retries2': 5 });

  it('changes the consequence of the finding', () => {
    const usual = checkText(TEXT, 'python').findings.find((f) => f.rule === 'missing-keepalive')?.consequence;
    const lowered = checkText(TEXT, 'python', { machine }).findings.find((f) => f.rule === 'missing-keepalive')?.consequence;
    assert.ok(usual && lowered);
    assert.notEqual(usual.text, lowered.text);
    assert.ok(lowered.typical !== null && lowered.typical > 12 && lowered.typical < 16, JSON.stringify(lowered));
    assert.match(lowered.text, /\b1[45](\.\d)? s/);
  });

  it('changes the hover', () => {
    const file = checkText(TEXT, 'python', { machine });
    const text = explainAt(file, 4, 10, machine)?.markdown ?? '';
    assert.notEqual(text, explainAt(checkText(TEXT, 'python'), 4, 10, DEFAULT_MACHINE)?.markdown);
    assert.match(text, /\b1[45](\.\d)? s/);
  });

  it('changes the story that the panel tells', () => {
    const connection = checkText(TEXT, 'python').connections[0];
    assert.ok(connection);
    const { answer } = tell(connection, 'peer-host-loses-power-while-we-write', {}, machine);
    assert.ok(answer.typical !== null && answer.typical > 12 && answer.typical < 16, JSON.stringify(answer));
  });
});
