/** What is packed is read as what it holds; what is cut or spoilt as far as it goes, within a bound. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpacked } from '../../src/diagnosis/unpacked.js';

const gunzip = (): DecompressionStream => new DecompressionStream('gzip');
const TEXT = Buffer.from('CLOSE-WAIT 1 0 10.0.0.5:1 10.0.0.9:2\n'.repeat(50_000));

test('a packed file, and one that is not packed', async () => {
  assert.deepEqual(Buffer.from(await unpacked(gzipSync(TEXT), 1e9, gunzip)), TEXT);
  assert.equal(await unpacked(TEXT, 1e9, gunzip), TEXT);
});

test('a packed file that is cut, spoilt, or holds more than is read', async () => {
  const packed = gzipSync(TEXT, { level: 1 });
  const cut = await unpacked(packed.subarray(0, packed.length - 2000), 1e9, gunzip);
  assert.ok(cut.length > 0 && cut.length < TEXT.length && TEXT.subarray(0, cut.length).equals(cut), `${cut.length} bytes`);
  assert.equal((await unpacked(packed, 1000, gunzip)).length, 1000);
  const noise = Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]);
  assert.equal(await unpacked(noise, 1e9, gunzip), noise);
  // 200 MB of zeros in 200 KB.
  assert.equal((await unpacked(gzipSync(Buffer.alloc(200_000_000)), 5_000_000, gunzip)).length, 5_000_000);
});
