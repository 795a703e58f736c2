/**
 * Makes C text that the grammar can take, every character in its place: conditional compilation that cuts through
 * statements or braces keeps one branch, `#if 0` and attributes vanish, and the macros' bodies follow behind the end as
 * functions (`macroPrefix` + name), so that one parser reads them too.
 */

import { declarationsOf, wordsIn } from './headers.js';
import { blank, codeOnly, directivesOf, groupsOf } from './source-lines.js';
import type { Branch, Directive, Group } from './source-lines.js';

/** Name of the function that carries a macro's body; `macroPrefix` for macros with parameters, `constantPrefix` for the others. */
export const macroPrefix = 'closewait_macro__';
export const constantPrefix = 'closewait_define__';
/** `[[c0]]` on a variable: the function that cleans it up is the body of `cleanupPrefix` + `c0`. */
export const cleanupPrefix = 'closewait_cleanup__';

/** Conditions that do not hold where this code is read: Linux, C. */
export const elsewhere =
  /_WIN32|\bWIN32|_WIN64|__MINGW|_MSC_VER|__CYGWIN__|__cplusplus|__APPLE__|__sun\b|__hpux|_AIX\b|__VMS|\bVMS\b|__OS2__|MSDOS/;

/** What configure finds on other systems alone. */
const foreign =
  /KQUEUE|WINSOCK|CLOSESOCKET|WINDOWS|WIN32|SA_LEN|SIN_LEN|IOCTLSOCKET|GETPEEREID|DEVPOLL|EVENT_PORT|STRLCPY|STRLCAT|ARC4RANDOM/;

/** At most so many macro bodies, and so long ones. */
const maxMacros = 2000;
const maxBody = 4000;

export function prepare(text: string, headers: readonly string[] = []): string {
  if (headers.length === 0 && !text.includes('#') && !text.includes('__attribute__') && !text.includes('g_autoptr')) return text;
  const code = codeOnly(text);
  const directives = directivesOf(text, code);
  const bare = withoutDirectives(code, directives);
  const cuts: [number, number][] = [];
  for (const group of groupsOf(directives)) cut(group, bare, cuts);
  const closers: string[] = [];
  const masked = attributes(offsets(exportMarks(blankOut(text, cuts))), directives, closers);
  const macros = macroBodies(directives, cuts, guarded(groupsOf(directives)));
  const more = headers.length === 0 ? [] : fromHeaders(headers, wordsIn(text), macros);
  const bodies = [...macros.values(), ...more];
  bodies.push(...closers.map((closer, i) => `void ${cleanupPrefix}c${i}(void) { ${closer}; }`));
  return bodies.length === 0 ? masked : `${masked}${text.endsWith('\n') ? '' : '\n'}${bodies.join('\n')}\n`;
}

function withoutDirectives(code: string, directives: readonly Directive[]): string {
  return blankOut(
    code,
    directives.map((d): [number, number] => [d.start, d.end]),
  );
}

function blankOut(text: string, cuts: readonly [number, number][]): string {
  let result = '';
  let at = 0;
  for (const [from, to] of [...cuts].sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    result += text.slice(at, Math.max(at, from)) + blank(text.slice(Math.max(at, from), to));
    at = to;
  }
  return result + text.slice(at);
}

/** Decides what of a group goes. A group whose branches are whole statements stays: both ways are possible. */
function cut(group: Group, bare: string, cuts: [number, number][]): void {
  const never = group.branches.filter(isNever);
  if (never.length === 0 && group.branches.every((branch) => isWhole(branch, bare)) && startsWhole(group, bare)) {
    for (const branch of group.branches) for (const inner of branch.inner) cut(inner, bare, cuts);
    return;
  }
  const chosen = group.branches.find((branch) => !isNever(branch) && !isElsewhere(branch));
  for (const branch of group.branches) {
    cuts.push([branch.directive.start, branch.directive.end]);
    if (branch !== chosen) cuts.push([branch.from, branch.to]);
  }
  cuts.push([group.close.start, group.close.end]);
  for (const inner of chosen?.inner ?? []) cut(inner, bare, cuts);
}

function isNever(branch: Branch): boolean {
  return branch.directive.name === 'if' && /^\(?\s*0\s*\)?$/.test(branch.directive.rest);
}

/** The condition asks for another platform, or for one that lacks what a Linux machine has. */
function isElsewhere(branch: Branch): boolean {
  const { name, rest } = branch.directive;
  const lacking = name === 'ifndef' ? rest : name === 'if' ? /^!\s*(?:defined\b\s*)?(?:\(\s*)?(\w+)\s*\)?$/.exec(rest)?.[1] : undefined;
  if (lacking !== undefined && /^HAVE_/.test(lacking) && !foreign.test(lacking)) return true;
  return (name === 'ifdef' || name === 'if' || name.startsWith('elif')) && elsewhere.test(rest) && !/!\s*(defined|\()/.test(rest);
}

/** Braces and parentheses are closed, and it ends where a statement ends. */
function isWhole(branch: Branch, bare: string): boolean {
  const content = bare.slice(branch.from, branch.to).trim();
  if (content === '') return true;
  if (/^(else\b|\|\||&&|[)\]}?:,.=+*/|^<>]|-(?!-))/.test(content)) return false;
  return /[;}:]$/.test(content) && isBalanced(content);
}

function isBalanced(content: string): boolean {
  const open: string[] = [];
  const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  for (const c of content) {
    if (c === '(' || c === '[' || c === '{') open.push(c);
    else if (c in closing && open.pop() !== closing[c]) return false;
  }
  return open.length === 0;
}

/** What stands before the group ends a statement (or opens a block, or is a label). */
function startsWhole(group: Group, bare: string): boolean {
  const first = group.branches[0];
  if (!first) return true;
  let at = first.directive.start - 1;
  while (at >= 0 && /\s/.test(bare[at] as string)) at -= 1;
  // The grammar wants a statement behind a label; behind `case` it does not.
  if (bare[at] === ':') return /\b(case\b[^:;]*|default\s*):$/.test(bare.slice(bare.lastIndexOf('\n', at) + 1, at + 1));
  return at < 0 || /[;{}]/.test(bare[at] as string) || (/\)$/.test(bare.slice(0, at + 1)) && isLineAlone(bare, at));
}

/** A macro call that stands alone on an unindented line (`DECLARE(x)` at file level). */
function isLineAlone(bare: string, at: number): boolean {
  const line = bare.slice(bare.lastIndexOf('\n', at) + 1, at + 1);
  return /^[A-Z_]+\(.*\)$/.test(line);
}

/** `LUALIB_API int f(…)`, `static NORETURN void f(…)`: a macro before a declaration at the start of a line goes. */
function exportMarks(text: string): string {
  return text.replace(
    /^((?:(?:static|extern|inline)\s+)*)([A-Z][A-Z0-9_]{2,})(?=\s+(?:(?:static|extern|inline|const|unsigned|struct|enum)\s+)*[a-z_]\w*[\s*]+\w+\s*\([^;{}]*\)\s*\{)/gm,
    (found, before: string, mark: string) => (/NO_?RETURN/.test(mark) ? found : before + blank(mark)),
  );
}

/** `offsetof(T, a[1])`, `offsetof(T, a.b)`: the grammar knows names of members alone; it is some size. */
function offsets(text: string): string {
  return text.replace(/\b(?:__builtin_)?offsetof\s*\([^()'".[]*[[.][^()'"]*\)/g, (found) => fit('sizeof(0)', found));
}

/**
 * `__attribute__((cleanup(f)))` becomes `[[c0]]`, `noreturn` stays, all others go; names that the file defines as a clean-up
 * attribute, and systemd's `_cleanup_…`, likewise. `closers` gets the functions' names, in order.
 */
function attributes(text: string, directives: readonly Directive[], closers: string[]): string {
  const mark = (closer: string, found: string): string => {
    const number = closers.includes(closer) ? closers.indexOf(closer) : closers.push(closer) - 1;
    return fit(`[[c${number}]]`, found);
  };
  const inDirective = (at: number): boolean => directives.some((d) => d.start <= at && at < d.end);
  let result = text.replace(/__attribute__\s*\(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\)/g, (found, at: number) => {
    if (inDirective(at) || /noreturn/.test(found)) return found;
    const cleanup = /cleanup\s*\(\s*(\w+)\s*\)/.exec(found);
    return cleanup ? mark(cleanup[1] as string, found) : blank(found);
  });
  const named = new Map<string, string>();
  for (const d of directives) {
    const define = d.name === 'define' ? /^(\w+)\s+__attribute__\s*\(\(\s*_*cleanup_*\s*\(\s*(\w+)\s*\)\s*\)\)$/.exec(d.rest) : null;
    if (define) named.set(define[1] as string, define[2] as string);
  }
  for (const [name, closer] of named) {
    result = result.replace(new RegExp(`\\b${name}\\b`, 'g'), (found, at: number) => (inDirective(at) ? found : mark(closer, found)));
  }
  // GLib: <glib/gmacros.h>, g_autoptr(T) is T* with the type's own clean-up.
  result = result.replace(/\bg_autoptr\((\w+)\)/g, (found, type: string, at: number) =>
    inDirective(at) ? found : fit(`${mark('g_object_unref', '[[c000]]').trim()} ${type}*`, found),
  );
  return result.replace(/\b_cleanup_(?:\w+_\b|\(\w+\))/g, (found, at: number) =>
    inDirective(at) ? found : mark('closewait_unknown', found),
  );
}

/** The replacement, filled up with blanks; nothing where it does not fit. */
function fit(replacement: string, found: string): string {
  const room = found.includes('\n') ? found.indexOf('\n') : found.length;
  return replacement.length <= room ? replacement + blank(found.slice(replacement.length)) : blank(found);
}

/** Names that are defined only where they are missing (`#ifndef SO_REUSEPORT`): the system's own meaning counts. */
function guarded(groups: readonly Group[]): Set<string> {
  const names = new Set<string>();
  for (const group of groups) {
    for (const branch of group.branches) {
      const { name, rest } = branch.directive;
      if (name === 'ifndef') names.add(rest);
      for (const match of rest.matchAll(/!\s*defined\s*(?:\(\s*)?(\w+)/g)) names.add(match[1] as string);
      for (const inner of guarded(branch.inner)) names.add(inner);
    }
  }
  return names;
}

/** Macros of headers that the file, or a macro that it uses, names; enumerations and functions that never return. */
function fromHeaders(headers: readonly string[], used: Set<string>, own: ReadonlyMap<string, string>): string[] {
  const known = new Map<string, string>();
  for (const text of headers) for (const [name, body] of headerMacros(text)) if (!known.has(name) && !own.has(name)) known.set(name, body);
  const chosen = new Map<string, string>();
  const queue = [...known.keys()].filter((name) => used.has(name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const body = known.get(name);
    if (body === undefined || chosen.has(name) || own.size + chosen.size >= maxMacros) continue;
    chosen.set(name, body);
    for (const inner of wordsIn(body)) {
      if (known.has(inner)) queue.push(inner);
      used.add(inner);
    }
  }
  return [...chosen.values(), `void ${constantPrefix}(void) { ; }`, ...headers.flatMap((text) => declarationsOf(text, used))];
}

const macrosOfHeaders = new Map<string, ReadonlyMap<string, string>>();

/** The macros that a header defines, read once. */
function headerMacros(text: string): ReadonlyMap<string, string> {
  let found = macrosOfHeaders.get(text);
  if (!found) {
    const code = codeOnly(text);
    const directives = directivesOf(text, code);
    const cuts: [number, number][] = [];
    const groups = groupsOf(directives);
    const plain = withoutDirectives(code, directives);
    for (const group of groups) cut(group, plain, cuts);
    found = macroBodies(directives, cuts, guarded(groups));
    if (macrosOfHeaders.size > 300) macrosOfHeaders.clear();
    macrosOfHeaders.set(text, found);
  }
  return found;
}

function macroBodies(
  directives: readonly Directive[],
  cuts: readonly [number, number][],
  guards: ReadonlySet<string>,
): Map<string, string> {
  const bodies = new Map<string, string>();
  for (const d of directives) {
    if (d.name !== 'define' || cuts.some(([from, to]) => from <= d.start && d.end <= to)) continue;
    const parts = /^(\w+)(\(([^)]*)\))?/.exec(d.rest);
    const name = parts?.[1];
    if (!parts || !name || guards.has(name) || bodies.size >= maxMacros) continue;
    if (bodies.has(name) && !bodies.get(name)?.endsWith('{ ; }')) continue;
    const body = macroBody(name, parts[2] === undefined ? null : (parts[3] ?? ''), d.rest.slice(parts[0].length).trim());
    if (body) bodies.set(name, body);
  }
  return bodies;
}

/** A macro as a function; null when its body is no whole statement or expression. */
function macroBody(name: string, params: string | null, body: string): string | null {
  if (params === null && body === '') return null;
  if (body.length > maxBody || body.includes('##') || /^__attribute__|^"/.test(body)) return null;
  if (params !== null && /\.\.\./.test(params) && !/__VA_ARGS__/.test(body)) return null;
  const plain = body.replace(/#\s*(\w+)/g, '"$1"');
  if (!isBalanced(codeOnly(plain))) return null;
  const end = /[;}]$/.test(plain) ? '' : ';';
  if (params === null) return `void ${constantPrefix}${name}(void) { ${plain}${end} }`;
  const list = params
    .replace(/\.\.\./g, '')
    .split(',')
    .map((p) => p.trim())
    .filter(Boolean);
  return `void ${macroPrefix}${name}(${list.map((p) => `int ${p}`).join(', ')}) { ${plain}${end} }`;
}
