/** The kernel settings of a real machine, read from its files, in the form that the model takes. */

import { defaultsOf, hasSysctl, sysctlsOf, type SysctlError } from '../kernel/sysctl.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL, SYSCTLS, type KernelVersion } from '../kernel/sysctl-table.js';
import type { SysctlValues } from '../kernel/experiment.js';
import type { Machine } from '../scenarios/scenario.js';

export interface MachineReading {
  /** Version as the machine says it, `6.1.0-26-amd64`; null when /proc is not there (not Linux, or no access). */
  release: string | null;
  /** The newest profile of the model that is not newer than the machine. */
  kernel: KernelVersion;
  hz: number;
  /** False when the clock rate could not be read and is assumed. */
  hzKnown: boolean;
  /** Values that differ from that kernel's defaults. */
  sysctls: SysctlValues;
  /** Number of sysctls that were read. */
  found: number;
  /** Sysctls of this kernel that the machine did not show (a container hides some). */
  missing: string[];
}

/** Sysctls that the kernel of that version and clock rate refuses, each with the reason. */
export function refusedSysctls(given: Readonly<SysctlValues>, kernel: string, hz: number): SysctlError[] {
  return sysctlsOf(given, kernelVersion(kernel), hz).errors;
}

/** The newest profile that is not newer than `release`; the oldest profile for anything older. */
export function kernelVersion(release: string): KernelVersion {
  const number = (version: string): number => {
    const [major = 0, minor = 0] = version.split('.').map((part) => parseInt(part, 10) || 0);
    return major * 1000 + minor;
  };
  return [...KERNEL_VERSIONS].reverse().find((version) => number(version) <= number(release)) ?? KERNEL_VERSIONS[0] ?? NEWEST_KERNEL;
}

/**
 * @param read the text of a file, or null when it cannot be read; compressed files are given unpacked
 */
export async function readMachine(read: (path: string) => Promise<string | null>): Promise<MachineReading> {
  const release = (await read('/proc/sys/kernel/osrelease'))?.trim() || null;
  const kernel = release === null ? NEWEST_KERNEL : kernelVersion(release);
  const hz = release === null ? null : await clockRate(read, release);
  const reading: MachineReading = { release, kernel, hz: hz ?? DEFAULT_HZ, hzKnown: hz !== null, sysctls: {}, found: 0, missing: [] };
  for (const spec of SYSCTLS) {
    if (!hasSysctl(spec, kernel)) continue;
    const text = (await read(`/proc/sys/${spec.name.replaceAll('.', '/')}`))?.trim();
    if (!text) {
      reading.missing.push(spec.name);
      continue;
    }
    reading.found += 1;
    const numbers = text.split(/\s+/).slice(0, spec.keys.length).map(Number);
    if (numbers.join(' ') !== defaultsOf(spec, kernel).join(' ')) reading.sysctls[spec.name] = numbers.length === 1 ? (numbers[0] ?? 0) : numbers.join(' ');
  }
  return reading;
}

/** CONFIG_HZ: /proc/sys does not say it, and USER_HZ (`getconf CLK_TCK`) is always 100. */
async function clockRate(read: (path: string) => Promise<string | null>, release: string): Promise<number | null> {
  for (const path of ['/proc/config.gz', `/boot/config-${release}`]) {
    const rate = /^CONFIG_HZ=(\d+)$/m.exec((await read(path)) ?? '')?.[1];
    if (rate) return Number(rate);
  }
  return null;
}

/** Two hosts of the newest profile with stock settings, 20 ms apart: what is assumed where nobody says otherwise. */
export const DEFAULT_MACHINE: Machine = { kernel: NEWEST_KERNEL, hz: DEFAULT_HZ, rttMs: 20, sysctls: { A: {}, B: {} } };
