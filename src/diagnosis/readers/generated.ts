// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Reader } from './reader.js';
import { reader as gdb } from './gdb.js';
import { reader as goDump } from './go-dump.js';
import { reader as jstack } from './jstack.js';
import { reader as logs } from './logs.js';
import { reader as lsof } from './lsof.js';
import { reader as lsofFields } from './lsof-fields.js';
import { reader as netstat } from './netstat.js';
import { reader as nodeReport } from './node-report.js';
import { reader as powershell } from './powershell.js';
import { reader as procNetTcp } from './proc-net-tcp.js';
import { reader as pySpy } from './py-spy.js';
import { reader as ss } from './ss.js';
import { reader as stateCounts } from './state-counts.js';

export const READERS: readonly Reader[] = [
  gdb,
  goDump,
  jstack,
  logs,
  lsof,
  lsofFields,
  netstat,
  nodeReport,
  powershell,
  procNetTcp,
  pySpy,
  ss,
  stateCounts,
];
