import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errnoNumber, errnoText } from '../../src/kernel/errno.js';
import { nearest } from '../../src/kernel/nearest.js';
import { defaultsOf, defaultSysctls, hasSysctl, rangeOf, setSysctl, sysctlSpec, sysctlsOf, SYSCTL_NAMES } from '../../src/kernel/sysctl.js';
import { KERNEL_VERSIONS, SYSCTLS, type SysctlSpec } from '../../src/kernel/sysctl-table.js';

/** What a real 6.18 kernel took and gave back (lab/sysctls.py). */
const measured = JSON.parse(readFileSync(new URL('./sysctl-measured.json', import.meta.url), 'utf8')) as {
  numbers: number[];
  defaults: Record<string, string>;
  taken: Record<string, number[]>;
  texts: [name: string, text: string, readBack: string | null][];
};

function valueOf(values: ReturnType<typeof defaultSysctls>, name: string): string {
  const keys: readonly string[] = sysctlSpec(name)?.keys ?? [];
  return keys.map((k) => (values as Record<string, number>)[k]).join(' ');
}

test('takes and refuses the numbers that the kernel takes and refuses', () => {
  assert.ok(Object.keys(measured.taken).length > 30);
  for (const [name, taken] of Object.entries(measured.taken)) {
    const ours = measured.numbers.filter((n) => setSysctl(defaultSysctls(), name, n) === null);
    assert.deepEqual(ours, taken, name);
  }
});

test('reads texts as the kernel does', () => {
  for (const [name, text, readBack] of measured.texts) {
    const values = defaultSysctls();
    const before = valueOf(values, name);
    const error = setSysctl(values, name, text);
    assert.equal(error === null, readBack !== null, `${name} <- ${text}`);
    assert.equal(valueOf(values, name), readBack ?? before, `${name} <- ${text}`);
    if (error) assert.equal(error.errno, 'EINVAL');
  }
});

test('defaults of the newest profile are those of the measured kernel', () => {
  const differing = Object.entries(measured.defaults)
    .filter(([name, value]) => valueOf(defaultSysctls('6.18'), name) !== value)
    .map(([name]) => name);
  // The defaults of these follow the machine's memory.
  assert.deepEqual(
    differing.filter((n) => !/max_syn_backlog|max_tw_buckets|tcp_[rw]mem/.test(n)),
    [],
  );
});

test('a sysctl that came later is unknown to older kernels, which behave as without it', () => {
  const later: Record<string, string> = {
    'net.ipv4.tcp_syn_linear_timeouts': '0',
    'net.ipv4.tcp_rto_min_us': '200000',
    'net.ipv4.tcp_rto_max_ms': '120000',
    'net.ipv4.tcp_tw_reuse_delay': '1000',
  };
  for (const [name, absent] of Object.entries(later)) {
    const values = defaultSysctls('6.1');
    assert.equal(valueOf(values, name), absent);
    const error = setSysctl(values, name, 1000, '6.1');
    assert.equal(error?.errno, 'ENOENT');
    assert.match(error?.message ?? '', /not in Linux 6\.1 \(since 6\.\d+\)/);
  }
});

test('an unknown name is answered with the nearest known one', () => {
  const cases: Record<string, string> = {
    'net.ipv4.tcp_retires2': 'net.ipv4.tcp_retries2',
    tcp_keepalive_time: 'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_keepalive_interval': 'net.ipv4.tcp_keepalive_intvl',
    'net.ipv4.somaxconn': 'net.core.somaxconn',
    'NET.IPV4.TCP_FIN_TIMEOUT': 'net.ipv4.tcp_fin_timeout',
  };
  for (const [wrong, right] of Object.entries(cases)) {
    const error = setSysctl(defaultSysctls(), wrong, 1);
    assert.equal(error?.errno, 'ENOENT');
    assert.match(error?.message ?? '', new RegExp(`${right.replaceAll('.', '\\.')}$`), wrong);
  }
  assert.equal(nearest('x', []), null);
});

test('the limit of a time in jiffies follows HZ', () => {
  const time = sysctlSpec('net.ipv4.tcp_keepalive_time') as SysctlSpec;
  assert.deepEqual(rangeOf(time, 250), { min: -8589934, max: 8589934 });
  assert.equal(setSysctl(defaultSysctls(), time.name, 3_000_000, '6.18', 1000)?.errno, 'EINVAL');
  assert.equal(setSysctl(defaultSysctls(), time.name, 3_000_000, '6.18', 250), null);
});

test('a refused value changes nothing and does not hinder the others', () => {
  const { sysctls, errors } = sysctlsOf({ 'net.ipv4.tcp_retries2': 5, 'net.ipv4.tcp_syn_retries': 0, 'net/ipv4/tcp_fin_timeout': 7 });
  assert.deepEqual(
    errors.map((e) => [e.name, e.errno]),
    [['net.ipv4.tcp_syn_retries', 'EINVAL']],
  );
  assert.equal(sysctls.tcpRetries2, 5);
  assert.equal(sysctls.tcpSynRetries, 6);
  assert.equal(sysctls.tcpFinTimeout, 7);
});

test('the table is sound: one name and key each, defaults in range', () => {
  const keys = SYSCTLS.flatMap((s) => [...s.keys]);
  assert.equal(new Set(SYSCTL_NAMES).size, SYSCTL_NAMES.length);
  assert.equal(new Set<string>(keys).size, keys.length);
  for (const spec of SYSCTLS as readonly SysctlSpec[]) {
    for (const kernel of KERNEL_VERSIONS) {
      const { min, max } = rangeOf(spec);
      assert.equal(defaultsOf(spec, kernel).length, spec.keys.length, spec.name);
      if (hasSysctl(spec, kernel)) for (const n of defaultsOf(spec, kernel)) assert.ok(n >= min && n <= max, spec.name);
    }
  }
});

test('errno names have Linux numbers and texts', () => {
  assert.equal(errnoText('ETIMEDOUT'), 'Connection timed out');
  assert.equal(errnoNumber('ECONNRESET'), 104);
  assert.equal(errnoNumber('ENOSUCH'), null);
  assert.equal(errnoText('ENOSUCH'), 'ENOSUCH');
});

test('a sysctl that mainline Linux does not have is refused with what is true instead', () => {
  for (const name of ['net.ipv4.tcp_tw_timeout', 'net/ipv4/tcp_tw_timeout']) {
    const error = setSysctl(defaultSysctls(), name, 30);
    assert.equal(error?.errno, 'ENOENT');
    assert.match(error.message, /no such sysctl: TIME_WAIT always lasts 60 s/);
    assert.match(error.message, /tcp_fin_timeout is another thing: it limits FIN_WAIT_2/);
  }
  assert.match(setSysctl(defaultSysctls(), 'net.ipv4.tcp_tw_recycle', 1)?.message ?? '', /since 4\.12/);
});
