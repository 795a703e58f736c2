/** `using` takes what can be disposed of, and nothing else: the compiler refuses the rest (CS1674). */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkText } from './analyser.js';

const program = (bases: string, close: string): string => `using System.Net.Sockets;
class Client${bases} {
  private TcpClient tcp;
  public Client(string host) { tcp = new TcpClient(host, 80); }
  public void Ask() { tcp.GetStream().Write(new byte[1], 0, 1); }
  public void ${close}() { tcp.Close(); }
}
class Use {
  static void Ask(string host) {
    var client = new Client(host);
    client.Ask();
    client.${close}();
  }
}
`;

function titles(text: string): string[] {
  const { findings } = checkText(text, 'csharp', { fixes: true });
  return findings.filter(({ rule }) => rule === 'close-skipped-on-error').flatMap(({ fixes }) => fixes.map(({ title }) => title));
}

it('a class that says so is disposed of', () => {
  assert.deepEqual(titles(program(' : System.IDisposable', 'Dispose')), ['Dispose of `client` with `using`']);
});

it('a class without a base is not', () => {
  assert.deepEqual(titles(program('', 'Close')), []);
});
