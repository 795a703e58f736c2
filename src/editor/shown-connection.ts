/** From an analysed document to what the simulator page shows of one of its connections. */

import { workspace } from 'vscode';
import type { CheckedFinding, Connection } from '../app/check.js';
import { isSameOpening, openingsOf } from '../app/openings.js';
import { onPathOf } from '../app/failing-path.js';
import { labelOf } from '../app/model-tools.js';
import type { KernelSettings, OtherConnection, Place, ShownConnection } from '../simulator/protocol.js';
import type { Checked } from './documents.js';
import { startOf } from './convert.js';
import type { Settings } from './settings.js';
import { say } from '../words/say.js';

/** What finds the same connection again after its code was edited. */
export interface Trail {
  uri: string;
  place: Place;
  function: string;
  library: string;
}

export function trailOf(uri: string, connection: Connection): Trail {
  return { uri, place: startOf(connection.range), function: connection.function, library: connection.library };
}

/** The connection that a trail leads to: of the same function and library, the nearest one; null when none is left. */
export function followed(connections: readonly Connection[], trail: Trail): Connection | null {
  const distance = ({ range }: Connection): number => Math.abs(range.startLine - trail.place.line);
  const alike = connections.filter((each) => each.function === trail.function && each.library === trail.library);
  return [...alike].sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** What the model needs of a connection, on the path that its finding is about: without the places that only the editor uses. */
function profileOf(connection: Connection, finding: CheckedFinding | undefined): ShownConnection['profile'] {
  const profile: Partial<Connection> = { ...(finding ? onPathOf(finding, connection) : connection) };
  delete profile.range;
  delete profile.function;
  delete profile.mentions;
  return profile as ShownConnection['profile'];
}

export function toShown({ document, version, file }: Checked, connection: Connection): ShownConnection {
  const { range, function: inFunction } = connection;
  const index = file.connections.indexOf(connection);
  const finding = file.findings.find((each) => each.connection === index && each.consequence);
  const profile = profileOf(connection, finding);
  const numbers = new Set([
    range.startLine,
    ...(profile.keepalive.line === null ? [] : [profile.keepalive.line]),
    ...linesOf(profile.steps),
  ]);
  const lines = [...numbers]
    .filter((line) => line >= 1 && line <= document.lineCount)
    .map((line) => [line, document.lineAt(line - 1).text.trim()] as const);
  return {
    uri: document.uri.toString(),
    version,
    file: workspace.asRelativePath(document.uri),
    language: document.languageId,
    function: inFunction,
    place: startOf(range),
    profile,
    lines: Object.fromEntries(lines),
    scenario: finding?.consequence?.scenario ?? null,
    applicable: null,
  };
}

function linesOf(steps: Connection['steps']): number[] {
  return steps.flatMap((step) => [step.line, ...linesOf(step.steps ?? [])]);
}

export function othersOf(file: Checked['file'], shown: Connection, lines: number): OtherConnection[] {
  return openingsOf(file)
    .filter((each) => !isSameOpening(each, shown) && each.range.endLine <= lines)
    .map((each) => ({ label: labelOf(each), place: startOf(each.range) }));
}

/** The kernel that the settings describe, as the page takes it. */
export function kernelSettings({ check: { machine } }: Settings): KernelSettings {
  const isDefault = Object.keys(machine.sysctls.A).length === 0;
  return { kernel: machine.kernel, hz: machine.hz, sysctls: machine.sysctls, from: isDefault ? null : say`your settings`, missing: [] };
}
