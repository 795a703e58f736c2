/** Fixes that configure a connection or give a call a limit. */

import type { Fix, TextEdit } from '../../findings.js';
import type { Of } from '../../flow/intents.js';
import { enclosing, nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { indentOf, insertAbove, insertBelow, lastRow } from '../shared/lines.js';
import { endsItsLine, hasEnter, statementOf } from './layout.js';
import { say } from '../../../words/say.js';

/** How this file writes the constants of the module socket, and what must be imported for it. */
function socketModule(tree: SyntaxTree, at: SyntaxNode): { prefix: string; importing: string | null } {
  let taken = bindsSocket(enclosing(at, ['function_definition']));
  for (const node of tree.root.children) {
    if (node.type === 'import_from_statement' && node.child('module_name')?.text === 'socket') {
      if (node.first('wildcard_import')) return { prefix: '', importing: null };
      taken ||= node.all('name').some((name) => (name.child('alias') ?? name).text === 'socket');
    }
    if (node.type !== 'import_statement') continue;
    for (const name of node.all('name')) {
      if (!taken && name.type === 'dotted_name' && name.text === 'socket') return { prefix: 'socket.', importing: null };
      if (name.type === 'aliased_import' && name.child('name')?.text === 'socket')
        return { prefix: `${name.child('alias')?.text ?? 'socket'}.`, importing: null };
    }
  }
  // `from socket import socket`: the module needs another name.
  return taken
    ? { prefix: 'socket_module.', importing: 'import socket as socket_module' }
    : { prefix: 'socket.', importing: 'import socket' };
}

/** Does a function mean something of its own by `socket`: a parameter, a variable, an import further down? */
function bindsSocket(fn: SyntaxNode | null): boolean {
  return (
    fn !== null &&
    /\bimport socket\b|\bas socket\b|^[ \t]*socket\s*=[^=]|\bfor socket\b|def \w+\(([^()]*,)?\s*socket\s*[,:=)]/m.test(fn.text)
  );
}

/** Where lines that configure the connection go: below the opening, or at the start of its `with`. */
function configure(intent: { open: Of<'setOptions'>['open'] }, tree: SyntaxTree, lines: readonly string[]): TextEdit | null {
  const node = nodeAt(tree, intent.open);
  const handler = node.field === 'name' && node.parent?.type === 'function_definition' ? node.parent : null;
  const statement = handler ?? statementOf(node);
  if (!statement) return null;
  if (handler || statement.type === 'with_statement') {
    const first = statement.child('body')?.children.find((child) => child.named && child.type !== 'comment');
    const indent = first ? indentOf(tree, first) : null;
    return first && indent !== null && first.startRow > statement.startRow
      ? insertAbove(
          tree,
          first.startRow,
          lines.map((line) => indent + line),
        )
      : null;
  }
  const indent = indentOf(tree, statement);
  if (indent === null || statement.type !== 'expression_statement' || !endsItsLine(tree, statement)) return null;
  return insertBelow(
    tree,
    lastRow(statement),
    lines.map((line) => indent + line),
  );
}

/** What takes options: a stream of asyncio gives its socket. */
function socketOf({ place, type }: Of<'setOptions'>): string {
  return /^asyncio\.(?:Stream|Transport$)/.test(type) ? `${place}.get_extra_info("socket")` : place;
}

export function setOptions(intent: Of<'setOptions'>, tree: SyntaxTree): Fix[] {
  const { prefix, importing } = socketModule(tree, nodeAt(tree, intent.open));
  const level = (name: string): string => (name.startsWith('SO_') ? 'SOL_SOCKET' : 'IPPROTO_TCP');
  const lines = intent.options.map(
    ({ name, value }) => `${socketOf(intent)}.setsockopt(${prefix}${level(name)}, ${prefix}${name}, ${value})`,
  );
  const edit = configure(intent, tree, lines);
  if (!edit) return [];
  const first = tree.root.children.find((node) => node.type === 'import_statement' || node.type === 'import_from_statement');
  const added = importing === null ? [] : [insertAbove(tree, first?.startRow ?? 0, [importing])];
  const names = intent.options.map((option) => option.name);
  const what = !names.some((name) => name.includes('KEEP'))
    ? say`Set ${names.join(', ')}`
    : names.includes('SO_KEEPALIVE')
      ? say`Set keepalive`
      : say`Shorten keepalive`;
  return [{ title: say`${what} on \`${intent.place}\``, safe: false, edits: [...added, edit] }];
}

export function setLimit(intent: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  const title = say`Give it a time limit of ${intent.seconds} seconds`;
  if (intent.limit === 'read' && intent.place && hasEnter(intent.type)) {
    const edit = configure(intent, tree, [`${intent.place}.settimeout(${intent.seconds})`]);
    return edit ? [{ title, safe: false, edits: [edit] }] : [];
  }
  let call: SyntaxNode | null = nodeAt(tree, intent.open);
  if (call.type === 'await') call = call.parts[0] ?? null;
  const list = call?.child('arguments');
  if (
    list?.type !== 'argument_list' ||
    list.parts.some((part) => part.child('name')?.text === 'timeout' || part.type === 'dictionary_splat')
  )
    return [];
  const text = `${list.parts.length === 0 || /,\s*\)$/.test(list.text) ? '' : ', '}timeout=${intent.seconds}`;
  const limit = { range: spanAt(tree, list.end - 1), newText: text };
  if (intent.limit !== 'connect' || !hasEnter(intent.type)) return [{ title, safe: false, edits: [limit] }];
  // The limit of a plain socket's connect stays that of its reads: they wait as before.
  const back = intent.place ? configure(intent, tree, [`${intent.place}.settimeout(None)`]) : null;
  return back && call?.child('function')?.text.endsWith('create_connection') ? [{ title, safe: false, edits: [limit, back] }] : [];
}
