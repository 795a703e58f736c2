import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMachine } from '../../src/app/machine.js';
import { SYSCTL_NAMES } from '../../src/kernel/sysctl.js';
import { parseSysctlText, profileOf, settingsOfMachine } from '../../src/kernel/sysctl-machine.js';

const CONFIG = '# Automatically generated\nCONFIG_NO_HZ=y\n# CONFIG_HZ_100 is not set\nCONFIG_HZ_1000=y\nCONFIG_HZ=1000\n';

test('the profile follows the release', () => {
  const cases: Record<string, string> = {
    '5.4.0-190-generic': '5.15',
    '5.15.0-91-generic': '5.15',
    '6.1.0-26-amd64': '6.1',
    '6.2.0': '6.1',
    '6.5.0-35-generic': '6.18',
    '6.12.48+deb13-amd64': '6.18',
    '6.18.44': '6.18',
    '7.2': '6.18',
    nonsense: '5.15',
  };
  for (const [release, profile] of Object.entries(cases)) assert.equal(profileOf(release), profile, release);
  assert.equal(profileOf(null), '6.18');
});

test('values that differ from the profile are kept; what an older kernel does not have is set to what its absence means', () => {
  const sysctls = new Map([
    ['net.ipv4.tcp_retries2', '8\n'],
    ['net.ipv4.tcp_rmem', '4096\t131072\t6291456'],
    ['net.ipv4.tcp_keepalive_time', '7200'],
    ['net.ipv4.tcp_syn_linear_timeouts', '4'],
  ]);
  const s = settingsOfMachine({ release: '6.8.0-45-generic', config: CONFIG, sysctls });
  assert.deepEqual([s.kernel, s.hz, s.hzKnown], ['6.18', 1000, true]);
  assert.deepEqual(s.sysctls, { 'net.ipv4.tcp_retries2': 8, 'net.ipv4.tcp_rmem': '4096 131072 6291456' });
  assert.deepEqual(s.found, [
    'net.ipv4.tcp_syn_linear_timeouts',
    'net.ipv4.tcp_retries2',
    'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_rmem',
  ]);
  assert.ok(s.missing.includes('net.core.somaxconn'));
  assert.ok(!s.missing.includes('net.ipv4.tcp_rto_max_ms'), 'Linux 6.8 has none');
});

test('nothing readable: defaults, HZ assumed, all missing', () => {
  const s = settingsOfMachine({ release: null, config: null, sysctls: new Map() });
  assert.deepEqual([s.kernel, s.hz, s.hzKnown, s.found, s.sysctls], ['6.18', 250, false, [], {}]);
  assert.deepEqual(s.missing, SYSCTL_NAMES);
});

test('a value that is none is refused by name', () => {
  const s = settingsOfMachine({
    release: '6.18.1',
    config: null,
    sysctls: new Map([
      ['net.ipv4.tcp_retries2', '999'],
      ['net.ipv4.tcp_fin_timeout', ''],
    ]),
  });
  assert.deepEqual(
    s.refused.map((r) => r.name),
    ['net.ipv4.tcp_retries2', 'net.ipv4.tcp_fin_timeout'],
  );
});

test('sysctl -a and sysctl.conf: what is modelled, what is not, what is no setting', () => {
  const text = [
    'net.ipv4.tcp_retries2 = 8',
    'net.ipv4.ip_local_port_range = 32768\t60999',
    '# comment',
    '; comment',
    '',
    '-net.ipv4.tcp_fin_timeout=15',
    'net/core/somaxconn = 1024',
    'net.ipv4.tcp_ecn = 2',
    'net.core.optmem_max = 131072',
    'vm.swappiness = 60',
    'net.ipv4.conf.eth0.rp_filter = 1',
    "sysctl: permission denied on key 'net.ipv4.tcp_fastopen_key'",
    'net.ipv4.tcp_retries2 = 5',
    'what is this',
  ].join('\r\n');
  const { values, notModelled, wrong } = parseSysctlText(text);
  assert.deepEqual(
    [...values],
    [
      ['net.ipv4.tcp_retries2', '5'],
      ['net.ipv4.ip_local_port_range', '32768\t60999'],
      ['net.ipv4.tcp_fin_timeout', '15'],
      ['net.core.somaxconn', '1024'],
    ],
  );
  assert.deepEqual(notModelled, ['net.ipv4.tcp_ecn', 'net.core.optmem_max']);
  assert.deepEqual(wrong, [{ line: 14, text: 'what is this' }]);
});

test('a machine is read file by file', async () => {
  const files: Record<string, string> = {
    '/proc/sys/kernel/osrelease': '6.1.0-26-amd64\n',
    '/boot/config-6.1.0-26-amd64': 'CONFIG_HZ=250\n',
    '/proc/sys/net/ipv4/tcp_retries2': '8\n',
    '/proc/sys/net/ipv4/tcp_rto_max_ms': '5000\n',
  };
  const r = await readMachine((path) => Promise.resolve(files[path] ?? null));
  assert.deepEqual(
    [r.release, r.kernel, r.hz, r.hzKnown, r.sysctls, r.found],
    ['6.1.0-26-amd64', '6.1', 250, true, { 'net.ipv4.tcp_retries2': 8 }, 1],
  );
});
