/** The settings of a real machine, from the texts that it gives: /proc/sys or `sysctl -a`, the kernel's configuration, `uname -r`. */

import { defaultsOf, setSysctl, defaultSysctls, sysctlSpec, type SysctlError } from './sysctl.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL, SYSCTLS, type KernelVersion, type SysctlSpec } from './sysctl-table.js';

export interface MachineTexts {
  /** What `uname -r` says, `6.1.0-26-amd64`; null when unknown. */
  release: string | null;
  /** Text of /proc/config.gz, unpacked, or of /boot/config-RELEASE; null when neither can be read. */
  config: string | null;
  /** Text of each sysctl that could be read, by full name. */
  sysctls: ReadonlyMap<string, string>;
}

export interface MachineSettings {
  release: string | null;
  /** The profile that behaves like this machine. */
  kernel: KernelVersion;
  hz: number;
  /** False when the clock rate could not be read and is assumed. */
  hzKnown: boolean;
  /** Values that differ from the profile's defaults. */
  sysctls: Record<string, number | string>;
  /** Names that were read. */
  found: string[];
  /** Names that this kernel has but did not show (a container hides some). */
  missing: string[];
  /** Values that are no values: the file was edited or cut. */
  refused: SysctlError[];
}

/** `6.15` as a number that can be compared. */
function order(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map((part) => parseInt(part, 10) || 0);
  return major * 1000 + minor;
}

/**
 * From which release on a profile fits. 6.5 changed connection set-up (linear SYN timeouts); what came between 6.5 and 6.18 are
 * sysctls, which are read from the machine or, where it has none, set to what their absence means.
 */
const FITS_FROM: Readonly<Record<KernelVersion, string>> = { '5.15': '0', '6.1': '6.1', '6.18': '6.5' };

/** The profile that behaves like this release; the newest one where the release is unknown. */
export function profileOf(release: string | null): KernelVersion {
  if (release === null) return NEWEST_KERNEL;
  return [...KERNEL_VERSIONS].reverse().find((v) => order(release) >= order(FITS_FROM[v])) as KernelVersion;
}

export function settingsOfMachine(texts: MachineTexts): MachineSettings {
  const kernel = profileOf(texts.release);
  const rate = /^CONFIG_HZ=(\d+)$/m.exec(texts.config ?? '')?.[1];
  const settings: MachineSettings = {
    release: texts.release,
    kernel,
    hz: rate === undefined ? DEFAULT_HZ : Number(rate),
    hzKnown: rate !== undefined,
    sysctls: {},
    found: [],
    missing: [],
    refused: [],
  };
  for (const spec of SYSCTLS as readonly SysctlSpec[]) {
    if (spec.since && order(kernel) < order(spec.since.kernel)) continue;
    const text = texts.sysctls.get(spec.name);
    if (text !== undefined) take(settings, spec, text);
    else if (spec.since && texts.release !== null && order(texts.release) < order(spec.since.release))
      put(settings, spec, spec.since.absent);
    else settings.missing.push(spec.name);
  }
  return settings;
}

function take(settings: MachineSettings, spec: SysctlSpec, text: string): void {
  const values = defaultSysctls(settings.kernel);
  const error = setSysctl(values, spec.name, text, settings.kernel, settings.hz);
  if (error) {
    settings.refused.push(error);
    return;
  }
  settings.found.push(spec.name);
  put(
    settings,
    spec,
    spec.keys.map((k) => (values as Record<string, number>)[k] as number),
  );
}

/** Notes a value that is not the profile's default. */
function put(settings: MachineSettings, spec: SysctlSpec, numbers: readonly number[]): void {
  if (numbers.join(' ') === defaultsOf(spec, settings.kernel).join(' ')) return;
  settings.sysctls[spec.name] = numbers.length === 1 ? (numbers[0] as number) : numbers.join(' ');
}

export interface SysctlText {
  /** Modelled sysctls: name -> text of the value. A name that comes twice has its last value, as `sysctl -p` would leave it. */
  values: Map<string, string>;
  /** Names under net.ipv4.tcp_ and net.core. that the model does not read. */
  notModelled: string[];
  /** Lines that are no `name = value`, with the line's number. */
  wrong: { line: number; text: string }[];
}

/**
 * Reads what `sysctl -a` prints, or a sysctl.conf: `name = value`, comments
 * with # or ;, a minus before the name means "no matter if it fails".
 */
export function parseSysctlText(text: string): SysctlText {
  const out: SysctlText = { values: new Map(), notModelled: [], wrong: [] };
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';') || /^sysctl: /.test(line)) return;
    const match = /^-?\s*([\w./*-]+)\s*=\s*((?:\S.*)?)$/.exec(line);
    if (!match) {
      out.wrong.push({ line: i + 1, text: line.slice(0, 80) });
      return;
    }
    const name = (match[1] as string).replaceAll('/', '.');
    if (sysctlSpec(name)) out.values.set(name, (match[2] as string).trim());
    else if (/^net\.(ipv4\.tcp_|core\.)/.test(name)) out.notModelled.push(name);
  });
  return out;
}
