/** Command links for hovers. */

import { Uri } from 'vscode';

export const SIMULATE = 'closewait.simulate';
export const EXPLAIN = 'closewait.explainRule';

/** Where a connection is opened; `uri` as text because links carry JSON. Lines and columns count from 1. */
export interface SimulateTarget {
  uri: string;
  line: number;
  column?: number;
  scenario?: string;
  /** With the kernel settings of the machine on which the workspace lies, as "Use this machine's kernel settings" reads them. */
  machine?: boolean;
}

/** A `command:` URI with one argument. */
export function commandLink(command: string, argument: unknown): string {
  return Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`).toString();
}
