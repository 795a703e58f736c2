/** A pair: a real program's line in a scenario, as the model simulates it and as the lab recorded it (pairs.ts). */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from '../../../src/analysis/findings.js';
import { languageOfFile } from '../../../src/app/languages.js';
import { DEFAULT_MACHINE } from '../../../src/app/machine.js';
import { tell, type Story } from '../../../src/app/story.js';
import type { SysctlValues } from '../../../src/kernel/experiment.js';
import type { Machine, ParameterValues } from '../../../src/scenarios/scenario.js';
import { checkText } from '../../app/analyser.js';

export const PAIRS = path.resolve(import.meta.dirname, '../../fixtures/pairs');

/** Minutes become seconds: everything else is the kernel's own. The same as for symptoms (symptoms.py). */
const SYSCTLS: SysctlValues = {
  'net.ipv4.tcp_retries2': 5,
  'net.ipv4.tcp_orphan_retries': 4,
  'net.ipv4.tcp_syn_retries': 3,
  'net.ipv4.tcp_syn_linear_timeouts': 0,
  'net.ipv4.tcp_fin_timeout': 9,
  'net.ipv4.tcp_keepalive_time': 12,
  'net.ipv4.tcp_keepalive_intvl': 3,
  'net.ipv4.tcp_keepalive_probes': 3,
};

const MACHINE: Machine = { ...DEFAULT_MACHINE, sysctls: { A: SYSCTLS, B: SYSCTLS } };

export interface Pair {
  name: string;
  /** File in programs/; its line with the comment `opens` opens the connection. */
  program: string;
  scenario: string;
  parameters: ParameterValues;
  /** What the peer says, in order, where its bytes matter. */
  payloads: string[];
}

export interface Recording {
  /** When the failure began in the recorded run, seconds; all times count from the same start. */
  event: number;
  duration: number;
  told: { t: number; text: string }[];
  states: { t: number; state: string }[];
}

interface ProgramEntry {
  program: string;
  payloads?: string[];
  scenarios: (string | [scenario: string, parameters: ParameterValues])[];
}

function nameOf(program: string, scenario: string, parameters: ParameterValues): string {
  const values = Object.entries(parameters).map(([name, value]) => `-${name}-${String(value)}`);
  return `${program.replace('.', '-')}-${scenario}${values.join('')}`;
}

/** All pairs of pairs.json. */
export function pairs(): Pair[] {
  const entries = JSON.parse(readFileSync(path.join(PAIRS, 'pairs.json'), 'utf8')) as ProgramEntry[];
  return entries.flatMap(({ program, payloads = [], scenarios }) =>
    scenarios.map((entry): Pair => {
      const [scenario, parameters] = typeof entry === 'string' ? [entry, {}] : entry;
      return { name: nameOf(program, scenario, parameters), program, scenario, parameters, payloads };
    }),
  );
}

export interface Simulated {
  language: string;
  lines: string[];
  connection: Connection;
  story: Story;
}

const checked = new Map<string, Pick<Simulated, 'language' | 'lines' | 'connection'>>();

function connectionOf(program: string): Pick<Simulated, 'language' | 'lines' | 'connection'> {
  const known = checked.get(program);
  if (known) return known;
  const text = readFileSync(path.join(PAIRS, 'programs', program), 'utf8');
  const language = languageOfFile(program);
  if (language === null) throw new Error(`no language for ${program}`);
  const lines = text.split('\n');
  const opens = lines.findIndex((line) => /\bopens\b/.test(line)) + 1;
  const there = checkText(text, language).connections.filter((c) => c.range.startLine === opens);
  const connection = there.find((c) => c.role !== 'listener') ?? there[0];
  if (connection === undefined) throw new Error(`${program}: the analyser knows of no connection on line ${opens}`);
  const found = { language, lines, connection };
  checked.set(program, found);
  return found;
}

/** The pair's line in the model. */
export function simulated({ program, scenario, parameters }: Pair): Simulated {
  const found = connectionOf(program);
  return { ...found, story: tell(found.connection, scenario, parameters, MACHINE) };
}
