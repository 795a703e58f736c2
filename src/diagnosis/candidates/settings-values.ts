/** Ports in files of settings (JSON, YAML, INI, TOML, properties, .env), each with the path of keys that leads to it. */

import { portsOf } from './port-literals.js';
import { isNoPort } from './port-words.js';
import type { SettingsFile } from './program.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

export interface PortSetting {
  /** Keys, outermost first, as `plainKey` writes them. */
  path: string[];
  /** The same as the file has them: `audit.port`. */
  name: string;
  port: number;
  file: string;
  line: number;
}

const MOST_LINES = 20_000;
const MOST_SETTINGS = 2000;
const LONGEST_LINE = 500;
/** Keys that many settings have: only what stands around them says whose they are. */
const COMMON = new Set([
  'port',
  'host',
  'addr',
  'address',
  'url',
  'uri',
  'endpoint',
  'hostname',
  'server',
  'listen',
  'bind',
  'value',
  'ports',
]);

/** Keys and names mean the same whatever their spelling: `QUEUE_PORT`, `queue.port`, `queuePort`. */
export const plainKey = (text: string): string => text.replace(/[^a-z0-9]/gi, '').toLowerCase();

interface Found {
  path: string[];
  value: string;
  line: number;
}

/** The ports that a file of settings gives. */
export function portSettings({ path: file, text }: SettingsFile): PortSetting[] {
  const found = /\.json$/i.test(file) ? inJson(text) : /\.ya?ml$/i.test(file) ? inYaml(text) : inSections(text);
  return found
    .slice(0, MOST_SETTINGS)
    .filter(({ path }) => !isNoPort(path.at(-1) ?? ''))
    .flatMap(({ path, value, line }) =>
      portsOf({ kind: 'string', text: value, line, column: 0 }).map((port) => ({
        path: path.map(plainKey),
        name: path.join('.'),
        port,
        file,
        line,
      })),
    );
}

/**
 * Do these words of a program ask for that setting?
 * @returns `sure`: by a name that is its own; `perhaps`: by one that many settings have
 */
export function asks(words: ReadonlySet<string>, { path }: PortSetting): 'sure' | 'perhaps' | null {
  const last = path.at(-1) ?? '';
  if (path.length > 1 && words.has(path.join(''))) return 'sure';
  if (path.length > 2 && words.has(path.slice(-2).join(''))) return 'sure';
  if (!words.has(last)) return null;
  if (!COMMON.has(last)) return 'sure';
  const around = path.at(-2);
  if (around === undefined) return 'perhaps';
  return words.has(around) ? 'sure' : null;
}

/** Folders in which settings stand beside the program that reads them. */
const ASIDE = /^(?:\.?config|conf|conf\.d|etc|settings|resources|deploy|env|envs|environments|main|src|app|k8s|helm|docker)$/;

/** May that file's program read the settings? Those of another program in the same project are none of its own. */
export function isFor({ file }: PortSetting, path: string): boolean {
  const folders = file.split('/').slice(0, -1);
  while (folders.length > 0 && ASIDE.test(folders.at(-1) as string)) folders.pop();
  return folders.every((folder, i) => path.split('/')[i] === folder);
}

/** Does the text of a file have the words that lead to the setting? */
export function isNamedIn(text: string, { name }: PortSetting): boolean {
  const keys = name.split('.');
  const last = keys.at(-1) ?? '';
  const around = keys.at(-2);
  return text.includes(last) && (around === undefined || !COMMON.has(plainKey(last)) || text.toLowerCase().includes(around.toLowerCase()));
}

function inJson(text: string): Found[] {
  const out: Found[] = [];
  const open: (string | null)[] = [];
  let key: string | null = null;
  const tokens = tokensOf(text, 'json');
  tokens.forEach((t: Token, i) => {
    if (t.kind === 'mark' && (t.text === '{' || t.text === '[')) {
      open.push(key);
      key = null;
    } else if (t.kind === 'mark' && (t.text === '}' || t.text === ']')) {
      open.pop();
      key = null;
    } else if (t.kind === 'string' && tokens[i + 1]?.text === ':') key = t.text;
    else if (t.kind === 'string' || t.kind === 'number') {
      out.push({ path: [...open, key].filter((k) => k !== null), value: t.text, line: t.line });
      if (tokens[i - 1]?.text === ':') key = null;
    }
  });
  return out;
}

const YAML = /^(\s{0,80})(?:- {1,4})?["']?(\w[\w.-]{0,80})["']? {0,4}:(?: {1,20}(\S.{0,400}))?$/;
const ITEM = /^(\s{0,80})- {1,4}["']?([^"'#\s][^"'#]{0,300})/;

function inYaml(text: string): Found[] {
  const out: Found[] = [];
  let open: { indent: number; key: string }[] = [];
  for (const [i, raw] of text.split('\n', MOST_LINES).entries()) {
    const line = (raw.slice(0, LONGEST_LINE).split(' #', 1)[0] as string).trimEnd();
    const pair = YAML.exec(line);
    const item = pair ? null : ITEM.exec(line);
    const indent = (pair ?? item)?.[1]?.length;
    if (indent === undefined) continue;
    open = open.filter((o) => o.indent < indent || (item !== null && o.indent === indent));
    const around = open.map((o) => o.key);
    if (item) {
      // Environments of containers: - QUEUE_PORT=5690
      const set = /^([A-Za-z_]\w{0,80})=(.*)$/.exec(item[2] as string);
      out.push({ path: set ? [set[1] as string] : around, value: (set?.[2] ?? item[2]) as string, line: i + 1 });
    } else if (pair?.[3] === undefined) open.push({ indent, key: pair?.[2] as string });
    else out.push({ path: [...around, pair[2] as string], value: bare(pair[3]), line: i + 1 });
  }
  return out;
}

const bare = (value: string): string => value.trim().replace(/^["'](.*)["'],?$/, '$1');

/** INI, TOML, properties, .env: sections in brackets, then keys. */
function inSections(text: string): Found[] {
  const out: Found[] = [];
  let section: string[] = [];
  for (const [i, raw] of text.split('\n', MOST_LINES).entries()) {
    const line = raw.slice(0, LONGEST_LINE);
    const head = /^\s*\[{1,2}([^\][]{1,200})\]{1,2}\s*$/.exec(line)?.[1];
    if (head !== undefined) section = head.split('.').map((k) => k.trim());
    const pair = /^\s*(?:export\s+)?["']?([A-Za-z_][\w.-]{0,80})["']?\s*[:=]\s*(\S.*)$/.exec(line);
    if (pair) out.push({ path: [...section, ...(pair[1] as string).split('.')], value: bare(pair[2] as string), line: i + 1 });
  }
  return out;
}
