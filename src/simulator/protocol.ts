/**
 * The messages between the extension and the simulator page, and the page's HTML: all that the two share.
 * The page runs the model itself, so none of this is needed to change a value or to move the playhead.
 * Text from the user's files (names, source lines) is data: both sides put it on screen as text only.
 */

import type { SysctlValues } from '../kernel/experiment.js';
import type { CureNumbers } from '../scenarios/cures.js';
import type { Story } from '../scenarios/play.js';
import type { ConnectionProfile } from '../scenarios/profile.js';
import type { Machine } from '../scenarios/scenario.js';
import { say } from '../words/say.js';

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  line: number;
  column?: number;
}

/** A connection as the extension found it in the code. */
export interface ShownConnection {
  /** The document's URI: the page only hands it back. */
  uri: string;
  /** The document's version when the profile was read. */
  version: number;
  /** Name for people, for example `src/client.py`. */
  file: string;
  language: string;
  /** The function that opens it, empty at module level. */
  function: string;
  /** Where the opening call stands. */
  place: Place;
  profile: ConnectionProfile;
  /** Source text of the lines that the profile's steps and options name, by line number. */
  lines: Record<number, string>;
  /** Scenario of the connection's finding, or null. */
  scenario: string | null;
  /** Cures (ids of scenarios/cures.ts) that a checked fix of this code carries out; null until that is known. */
  applicable: string[] | null;
  /** By cure: what that fix sets, where it is not what the cure says. */
  numbers?: Readonly<Record<string, CureNumbers>>;
}

/** Another connection of the same file, for the page's chooser. */
export interface OtherConnection {
  label: string;
  place: Place;
}

/** Which kernel the hosts run; values that are not named are that kernel's defaults. */
export interface KernelSettings {
  /** Profile of kernel behaviour, for example `6.18`; null leaves the choice to the model. */
  kernel: string | null;
  hz: number | null;
  /** Round-trip time in milliseconds; left out: the model's usual one. */
  rttMs?: number;
  sysctls: { A: SysctlValues; B: SysctlValues };
  /** For people: where the values come from ("settings of this workspace", "this machine, Linux 6.1.0"); null for the defaults. */
  from: string | null;
  /** What a machine did not tell, in words; empty when all was found. */
  missing: string[];
}

export type ExportFormat = 'mermaid' | 'svg' | 'pcapng' | 'trace' | 'experiment';

/** What the model says of the connection that a page is made with, and of which scenario and machine: the page need not ask again. */
export interface FirstStory {
  scenario: string;
  machine: Machine;
  story: Story;
}

/** From the extension to the page. */
export type ToPage =
  /** Show this connection: on opening, after another choice (`asked`: by its place), and whenever its code changed. */
  | {
      type: 'show';
      connection: ShownConnection;
      others: OtherConnection[];
      settings: KernelSettings;
      scenario?: string;
      asked?: boolean;
      told?: FirstStory;
    }
  /** The connection that was shown is no longer in the code (deleted, renamed file, syntax beyond recognition). */
  | { type: 'gone'; reason: string }
  /** Which cures a checked fix of the code carries out: it takes longer to find than the connection itself. */
  | { type: 'applicable'; uri: string; version: number; place: Place; cures: string[]; numbers?: Readonly<Record<string, CureNumbers>> }
  /** Answer to `machine`. */
  | { type: 'settings'; settings: KernelSettings }
  /** Answer to `apply`; a `show` with the profile read from the edited file follows when `ok`. */
  | { type: 'applied'; cure: string; ok: boolean; reason?: string }
  /** Answer to `export`. */
  | { type: 'saved'; format: ExportFormat; ok: boolean; name?: string; reason?: string };

/** From the page to the extension. */
export type FromPage =
  /** The page can receive; the extension answers with `show`, or with `applicable` where the page was made with its connection. */
  | { type: 'ready' }
  /** Show another connection of the same file. */
  | { type: 'choose'; uri: string; place: Place }
  /** Put the cursor on this line and give the editor the focus. */
  | { type: 'jump'; uri: string; line: number }
  /** Highlight the line that is blocked (or returns) at the playhead; null takes the highlight away. */
  | { type: 'highlight'; uri: string; line: number | null; label: string }
  /** Read this machine's kernel settings. */
  | { type: 'machine' }
  /** Carry out a cure in the code by its checked fix. */
  | { type: 'apply'; uri: string; version: number; cure: string; place: Place }
  /** Save this content in a file that the user chooses. */
  | { type: 'export'; format: ExportFormat; name: string; content: string | Uint8Array };

/** What the page keeps with setState; a serialised panel is restored from it (WebviewPanelSerializer). */
export interface SavedState {
  version: 1;
  connection: ShownConnection | null;
  others: OtherConnection[];
  settings: KernelSettings;
  scenario: string | null;
  /** Parameters of the scenario that were changed, by name. */
  parameters: Record<string, number | string | boolean>;
  /** Values of the profile that the user changed in the page. */
  changes: Partial<ConnectionProfile>;
  cure: string | null;
  view: string;
  /** Index of the event under the playhead. */
  event: number;
  zoom: number;
}

export interface PageParts {
  /** Fresh random text for each load of the page. */
  nonce: string;
  /** `webview.cspSource`. */
  cspSource: string;
  /** URIs as the webview sees them: dist/simulator.js, dist/simulator-worker.js, dist/mermaid.js. */
  script: string;
  worker: string;
  mermaid: string;
  /** The text of media/simulator.css: to fetch it would take longer than all the rest. */
  style: string;
  /** What the page is to show first, where it is known already: a message less to wait for. */
  first?: ToPage | undefined;
  /** The same as markup (first-page.ts), which stands there until the script has drawn the page. */
  drawn?: string | undefined;
  /** Language of the page, for screen readers, and its sentences (l10n/); left out: English. */
  language?: string;
  words?: Readonly<Record<string, string>> | undefined;
}

const attribute = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A value in a block of data, from which no text of it can lead out; empty for none. */
const data = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value).replaceAll('<', '\\u003c'));

/**
 * A page that remembers something of its own shows nothing else meanwhile. VS Code shows a frame once it is loaded: the
 * script follows after that.
 */
const START = `{
  const start = document.currentScript, script = document.createElement('script');
  globalThis.closewait = acquireVsCodeApi();
  if (closewait.getState()) document.getElementById('simulator').replaceChildren();
  Object.assign(script, { src: start.dataset.script, nonce: start.nonce });
  addEventListener('load', () => setTimeout(() => document.body.append(script)));
}`;

/**
 * The page's HTML. Scripts run by nonce only; inline style is allowed because Mermaid needs it; nothing comes from the network.
 * `connect-src` names the packaged files, so that the page can read the worker's script into a blob: the model runs there
 * and a long run never freezes the page.
 */
export function pageHtml(parts: PageParts): string {
  const source = attribute(parts.cspSource);
  const nonce = attribute(parts.nonce);
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    `img-src ${source} data:`,
    `font-src ${source}`,
    `connect-src ${source}`,
    'worker-src blob:',
    // These two do not follow default-src.
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language ?? 'en')}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(say`CloseWait: simulated connection`)}</title>
<link rel="preload" as="script" nonce="${nonce}" href="${attribute(parts.script)}">
${parts.drawn === undefined ? `<link rel="preload" as="fetch" crossorigin="anonymous" href="${attribute(parts.worker)}">` : ''}
<style>${parts.style}</style>
</head>
<body>
<div id="simulator">${parts.drawn ?? `<p>${attribute(say`Simulating this connection…`)}</p>`}</div>
<script type="application/json" id="words">${data(parts.words)}</script>
<script type="application/json" id="first">${data(parts.first)}</script>
<script nonce="${nonce}" id="start" data-script="${attribute(parts.script)}" data-worker="${attribute(parts.worker)}" data-mermaid="${attribute(parts.mermaid)}">${START}</script>
</body>
</html>
`;
}
