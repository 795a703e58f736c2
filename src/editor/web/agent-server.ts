/** A browser starts no programs: there is no server to offer. */

import { Disposable, type Uri } from 'vscode';

export function offerAgentServer(_extensionUri: Uri, _version: string): Disposable {
  return new Disposable(() => undefined);
}
