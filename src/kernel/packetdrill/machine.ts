/** The commands of packetdrill scripts that set a machine up, as sysctls of the model. */

import { setSysctl, sysctlSpec } from '../sysctl.js';
import type { KernelVersion, Sysctls } from '../sysctl-table.js';
import { ScriptError } from './script.js';

/** What the suites' common set-up (`defaults.sh`) sets, as far as the model reads it. */
const COMMON: Readonly<Record<string, string>> = {
  tcp_rmem: '4096 540000 15728640',
  tcp_wmem: '4096 262144 4194304',
  tcp_timestamps: '1',
  tcp_syn_retries: '5',
  tcp_synack_retries: '5',
  tcp_sack: '1',
  tcp_reordering: '3',
  tcp_slow_start_after_idle: '0',
  tcp_early_retrans: '4',
  tcp_recovery: '1',
  tcp_syncookies: '1',
};
/** Not in the model, and without a part in what these values ask for. */
const WITHOUT_EFFECT =
  /^(?:tcp_fack|tcp_frto|tcp_dsack|tcp_ecn\w*|tcp_fastopen\w*|tcp_congestion_control|tcp_tso_win_divisor|tcp_min_tso_segs|tcp_pacing_\w+|tcp_metrics\w*|tcp_no_metrics_save|tcp_mtu_probing)$/;
const SETTING = /(?:net[./]ipv4[./])(\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s;\\]+)/g;
/** Commands that change nothing of what the model knows. */
const HARMLESS = /sysctl_restore|^\s*nstat|^\s*ethtool -K tun0 tso off gso off\s*$|tcp_metrics flush|^\s*$|^\s*sleep 0/;

/** Runs a command. @throws ScriptError where it does what the model cannot */
export function runCommand(line: number, text: string, sysctls: Sysctls, kernel: KernelVersion, hz: number): void {
  const common = /defaults\.sh/.test(text);
  if (common) for (const [name, value] of Object.entries(COMMON)) set(line, sysctls, kernel, hz, name, value, true);
  let settings = 0;
  for (const [, name = '', value = ''] of text.matchAll(SETTING)) {
    settings++;
    set(line, sysctls, kernel, hz, name, value.replace(/^["']|["']$/g, ''), false);
  }
  const rows = text.split('\n').filter((row) => !/defaults\.sh|set_sysctls|net[./]ipv4[./]/.test(row) && !HARMLESS.test(row));
  const odd = rows.find((row) => row.trim() !== '' && row.trim() !== '\\');
  if (odd !== undefined) throw new ScriptError(line, 'command', odd.trim());
  if (!common && settings === 0 && !HARMLESS.test(text)) throw new ScriptError(line, 'command', text.trim());
}

function set(line: number, sysctls: Sysctls, kernel: KernelVersion, hz: number, short: string, value: string, common: boolean): void {
  const name = `net.ipv4.${short}`;
  if (sysctlSpec(name) === undefined) {
    if (common || WITHOUT_EFFECT.test(short)) return;
    throw new ScriptError(line, 'sysctl', name);
  }
  const error = setSysctl(sysctls, name, value, kernel, hz);
  if (error !== null) throw new ScriptError(line, 'sysctl', error.message);
}
