/** What is of the measured hosts (docs/EXPERIMENT.md), not of Linux: addresses, a sysctl, names of ports that the kernel chose. */

import type { HostName, SysctlValues } from './experiment.js';
import type { KernelVersion, Sysctls } from './sysctl-table.js';
import { sysctlsOf } from './sysctl.js';

const ADDRESSES: Readonly<Record<string, HostName>> = { '10.77.0.1': 'A', '10.77.0.2': 'B' };
const LAB_SYSCTLS: SysctlValues = { 'net.ipv4.tcp_max_syn_backlog': 2048 };
/** First port that a trace gives to a connection whose port the kernel chose. */
const FIRST_CHOSEN_PORT = 40000;
const PORT_RANGE = 'net.ipv4.ip_local_port_range';

/** The host at an address; an address that is none of theirs stays as it is. */
export function hostAt(address: string): string {
  return Object.hasOwn(ADDRESSES, address) ? (ADDRESSES[address] as HostName) : address;
}

export interface HostSettings {
  sysctls: Sysctls;
  /** Where the ports that connect() takes begin. */
  firstPort: number;
}

export function hostSettings(given: SysctlValues | undefined, kernel: KernelVersion, hz: number): HostSettings {
  const { sysctls } = sysctlsOf({ ...LAB_SYSCTLS, ...given }, kernel, hz);
  return { sysctls, firstPort: given !== undefined && PORT_RANGE in given ? sysctls.localPortLow : FIRST_CHOSEN_PORT };
}
