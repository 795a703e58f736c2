/** Reading and setting sysctls as the kernel does: ranges, number syntax and errors of /proc/sys (kernel/sysctl.c, `do_proc_dointvec`). */

import { SECOND, TIMEWAIT_LEN } from './constants.js';
import { nearest } from './nearest.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL, SYSCTLS } from './sysctl-table.js';
import type { KernelVersion, SysctlKey, SysctlSpec, Sysctls } from './sysctl-table.js';

export interface SysctlError {
  name: string;
  /** ENOENT: no such sysctl (in this kernel); EINVAL: the kernel refuses the value. */
  errno: 'ENOENT' | 'EINVAL';
  message: string;
}

const BY_NAME: ReadonlyMap<string, SysctlSpec> = new Map(SYSCTLS.map((s) => [s.name, s]));

/** Names of all modelled sysctls. */
export const SYSCTL_NAMES: readonly string[] = SYSCTLS.map((s) => s.name);

/** The table's row of a sysctl; undefined when the model does not read it. `/` for `.` is understood, as sysctl(8) does. */
export function sysctlSpec(name: string): SysctlSpec | undefined {
  return BY_NAME.get(name.includes('/') ? name.replaceAll('/', '.') : name);
}

export function hasSysctl(spec: SysctlSpec, kernel: KernelVersion): boolean {
  return spec.since === undefined || KERNEL_VERSIONS.indexOf(kernel) >= KERNEL_VERSIONS.indexOf(spec.since.kernel);
}

/** Defaults of one sysctl in a kernel; for a kernel without it, the values that behave like its absence. */
export function defaultsOf(spec: SysctlSpec, kernel: KernelVersion): readonly number[] {
  if (spec.since !== undefined && !hasSysctl(spec, kernel)) return spec.since.absent;
  return spec.was?.[kernel] ?? spec.defaults;
}

/** Every sysctl at its default in this kernel: a fresh object that the caller may change. */
export function defaultSysctls(kernel: KernelVersion = NEWEST_KERNEL): Sysctls {
  const values = {} as Sysctls;
  for (const spec of SYSCTLS) store(values, spec, defaultsOf(spec, kernel));
  return values;
}

function store(values: Sysctls, spec: SysctlSpec, numbers: readonly number[]): void {
  numbers.forEach((n, i) => {
    const key = spec.keys[i];
    if (key !== undefined) values[key as SysctlKey] = n;
  });
}

/** Least and greatest value that this kernel takes. HZ matters where the kernel keeps jiffies in an int. */
export function rangeOf(spec: SysctlSpec, hz: number = DEFAULT_HZ): { min: number; max: number } {
  if (spec.max !== 'jiffies') return { min: spec.min, max: spec.max };
  const max = Math.floor(2147483647 / hz);
  return { min: -max, max };
}

/**
 * One number as /proc/sys reads it: 0x and 0 prefixes as in C, a minus
 * only where the kernel keeps a signed number, no plus sign, no fraction.
 */
function numberIn(word: string, signed: boolean): number | null {
  const match = /^(-?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.exec(word);
  if (!match || (match[1] === '-' && !signed)) return null;
  const digits = match[2] as string;
  const size = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -size : size;
}

function refused(spec: SysctlSpec, value: number | string, why: string): SysctlError {
  return { name: spec.name, errno: 'EINVAL', message: `${spec.name} = ${JSON.stringify(value)}: ${why} (EINVAL)` };
}

function describeRange(spec: SysctlSpec, hz: number): string {
  const { min, max } = rangeOf(spec, hz);
  const many = spec.keys.length > 1 ? `${spec.keys.length} numbers, each ` : '';
  return `the kernel takes ${many}${min}..${max}`;
}

/**
 * The numbers that writing `value` sets, or why the kernel refuses it. Fewer numbers than the sysctl has leave the rest as it was;
 * what stands behind the last number is not read, except for the port range.
 */
function parse(spec: SysctlSpec, value: number | string, before: readonly number[], hz: number): number[] | SysctlError {
  const words = String(value).trim().split(/\s+/);
  if (spec.unit === 'port' && words.length > spec.keys.length) return refused(spec, value, describeRange(spec, hz));
  const { min, max } = rangeOf(spec, hz);
  const numbers: number[] = [];
  for (const word of words.slice(0, spec.keys.length)) {
    const n = numberIn(word, min < 0);
    if (n === null)
      return refused(spec, value, Number.isInteger(Number(word)) && word !== '' ? describeRange(spec, hz) : 'not a whole number');
    if (n < min || n > max) return refused(spec, value, describeRange(spec, hz));
    numbers.push(n);
  }
  const all = before.map((old, i) => numbers[i] ?? old);
  return spec.unit === 'port' ? portRange(spec, value, all) : all;
}

/** First port that needs no privilege (net.ipv4.ip_unprivileged_port_start). */
const UNPRIVILEGED = 1024;

/** `ipv4_local_port_range()`: low <= high, and no port below ip_unprivileged_port_start. */
function portRange(spec: SysctlSpec, value: number | string, range: number[]): number[] | SysctlError {
  const [low = 0, high = 0] = range;
  if (high < low) return refused(spec, value, 'the first port is above the last');
  if (low < UNPRIVILEGED) return refused(spec, value, `the first port is below ${UNPRIVILEGED}`);
  return range;
}

const TIME_WAIT_SECONDS = TIMEWAIT_LEN / SECOND;

/**
 * Names that advice on the web gives and mainline Linux does not have, with what is true instead. `tcp_tw_timeout` is Alibaba Cloud Linux
 * 2 and 3's own ("Modify the TCP TIME-WAIT timeout", alibabacloud.com); `tcp_tw_recycle` left with commit 4396e46187ca (Linux 4.12).
 */
const NOT_IN_LINUX: Readonly<Record<string, string>> = {
  'net.ipv4.tcp_tw_timeout':
    `mainline Linux has no such sysctl: TIME_WAIT always lasts ${TIME_WAIT_SECONDS} s (the constant TCP_TIMEWAIT_LEN); some vendors' kernels add it. ` +
    'net.ipv4.tcp_fin_timeout is another thing: it limits FIN_WAIT_2, not TIME_WAIT. For ports that TIME_WAIT holds ' +
    'there is net.ipv4.tcp_tw_reuse',
  'net.ipv4.tcp_tw_recycle':
    'Linux has it no longer (since 4.12): it broke clients behind NAT. For outgoing connections there is net.ipv4.tcp_tw_reuse',
};

/**
 * What is true of a sysctl that mainline Linux does not have although advice
 * names it; null for any other name. The prefix `net.ipv4.` may be missing.
 */
export function notInLinux(name: string): string | null {
  const dotted = name.replaceAll('/', '.');
  return NOT_IN_LINUX[dotted] ?? NOT_IN_LINUX[`net.ipv4.${dotted}`] ?? null;
}

function unknown(name: string, kernel: KernelVersion): SysctlError {
  const truth = notInLinux(name);
  if (truth !== null) return { name, errno: 'ENOENT', message: `${name}: ${truth}` };
  const spec = sysctlSpec(name);
  if (spec?.since) {
    return { name, errno: 'ENOENT', message: `${name}: not in Linux ${kernel} (since ${spec.since.release})` };
  }
  const near = nearest(name, SYSCTL_NAMES) as string;
  return { name, errno: 'ENOENT', message: `${name}: the model knows no such sysctl; the nearest name is ${near}` };
}

/** Writes one sysctl as `echo VALUE > /proc/sys/…` would. Changes `values` only when the kernel takes the value. */
export function setSysctl(
  values: Sysctls,
  name: string,
  value: number | string,
  kernel: KernelVersion = NEWEST_KERNEL,
  hz: number = DEFAULT_HZ,
): SysctlError | null {
  const spec = sysctlSpec(name);
  if (!spec || !hasSysctl(spec, kernel)) return unknown(name, kernel);
  const before = spec.keys.map((k) => values[k as SysctlKey]);
  const numbers = parse(spec, value, before, hz);
  if (!Array.isArray(numbers)) return numbers;
  store(values, spec, numbers);
  return null;
}

/**
 * A host's sysctls: the kernel's defaults with the experiment's values over them. Values that the kernel refuses are left out and named.
 */
export function sysctlsOf(
  given: Readonly<Record<string, number | string>> | undefined,
  kernel: KernelVersion = NEWEST_KERNEL,
  hz: number = DEFAULT_HZ,
): { sysctls: Sysctls; errors: SysctlError[] } {
  const sysctls = defaultSysctls(kernel);
  const errors: SysctlError[] = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    const error = setSysctl(sysctls, name, value, kernel, hz);
    if (error) errors.push(error);
  }
  return { sysctls, errors };
}
