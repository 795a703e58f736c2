/** The kernel settings of a real machine, read from its files, in the form that the model takes. */

import { defaultsOf, hasSysctl, sysctlsOf, type SysctlError } from '../kernel/sysctl.js';
import { parseSysctlText, profileOf, settingsOfMachine } from '../kernel/sysctl-machine.js';
import { DEFAULT_HZ, NEWEST_KERNEL, SYSCTLS, type KernelVersion, type SysctlSpec } from '../kernel/sysctl-table.js';
import type { SysctlValues } from '../kernel/experiment.js';
import type { Machine } from '../scenarios/scenario.js';

export interface MachineReading {
  /** Version as the machine says it, `6.1.0-26-amd64`; null when /proc is not there (not Linux, or no access). */
  release: string | null;
  /** The profile of the model that behaves like this machine. */
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
export function refusedSysctls(given: Readonly<SysctlValues>, kernel: string, hz: number): (SysctlError & { instead: string })[] {
  const known = new Set<string>(SYSCTLS.map(({ name }) => name));
  return sysctlsOf(given, profileOf(kernel), hz).errors.map((error) => ({
    ...error,
    instead: known.has(error.name) ? "using the kernel's default" : 'left out',
  }));
}

/**
 * @param read the text of a file, or null when it cannot be read; compressed files are given unpacked
 */
export async function readMachine(read: (path: string) => Promise<string | null>): Promise<MachineReading> {
  const release = (await read('/proc/sys/kernel/osrelease'))?.trim() || null;
  const config = release === null ? null : await configuration(read, release);
  const sysctls = new Map<string, string>();
  for (const { name } of SYSCTLS) {
    const text = (await read(`/proc/sys/${name.replaceAll('.', '/')}`))?.trim();
    if (text) sysctls.set(name, text);
  }
  const { kernel, hz, hzKnown, found, missing, ...rest } = settingsOfMachine({ release, config, sysctls });
  return { release, kernel, hz, hzKnown, sysctls: rest.sysctls, found: found.length, missing };
}

/** Host A as a machine whose `sysctl -a` printed this; its kernel and clock rate are taken for the newest profile's. */
export function machineOfText(text: string): Machine {
  const { kernel, hz, sysctls } = settingsOfMachine({ release: null, config: null, sysctls: parseSysctlText(text).values });
  return { ...DEFAULT_MACHINE, kernel, hz, sysctls: { A: sysctls, B: {} } };
}

/** CONFIG_HZ: /proc/sys does not say it, and USER_HZ (`getconf CLK_TCK`) is always 100. */
async function configuration(read: (path: string) => Promise<string | null>, release: string): Promise<string | null> {
  for (const path of ['/proc/config.gz', `/boot/config-${release}`]) {
    const text = await read(path);
    if (text !== null && text.includes('CONFIG_HZ=')) return text;
  }
  return null;
}

export interface KernelSetting {
  name: string;
  /** Default of that kernel. */
  value: string;
  /** Empty for switches and modes. */
  unit: string;
  about: string;
}

/** Every sysctl that the model reads and a kernel of this profile has. */
export function kernelSettings(kernel: KernelVersion): KernelSetting[] {
  return (SYSCTLS as readonly SysctlSpec[])
    .filter((spec) => hasSysctl(spec, kernel))
    .map((spec) => ({
      name: spec.name,
      value: defaultsOf(spec, kernel).join(' '),
      unit: ['switch', 'mode', 'shift'].includes(spec.unit) ? '' : spec.unit,
      about: spec.about,
    }));
}

/** Two hosts of the newest profile with stock settings, 20 ms apart: what is assumed where nobody says otherwise. */
export const DEFAULT_MACHINE: Machine = { kernel: NEWEST_KERNEL, hz: DEFAULT_HZ, rttMs: 20, sysctls: { A: {}, B: {} } };
