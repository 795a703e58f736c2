/** Fixes in C#'s idiom. Candidates only: whoever offers them applies each to a copy and analyses again. */

import type { Fix } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import type { Place } from '../../flow/ir.js';
import { nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { indentOf, insertAbove, insertBelow, lastRow, lineOf } from '../shared/lines.js';
import { say } from '../../../words/say.js';

type Of<K extends FixIntent['fix']> = Extract<FixIntent, { fix: K }>;
const functions =
  /^(?:method|constructor|destructor|accessor|local_function)_(?:declaration|statement)$|^(?:lambda|anonymous_method)_expression$/;
const sockets = /^System\.Net\.Sockets\.(?:Socket|TcpClient)$/;

export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'closeAlways':
      return intent.isParameter ? [] : useUsing(intent, tree);
    case 'closeBefore':
      return closeBefore(intent, tree);
    case 'setOptions':
      return setOptions(intent, tree);
    case 'setLimit':
      return setLimit(intent, tree);
    default:
      return [];
  }
}

/** A place as the source writes it; null for temporaries and what has no name. */
function sourceOf(place: Place | null): string | null {
  return place === null || /[%*[\]$]/.test(place) ? null : place.replace(/#\d+/g, '');
}

/** The statement that holds a node and stands in a block. */
function statementOf(node: SyntaxNode | null): SyntaxNode | null {
  for (let at = node; at; at = at.parent) {
    if (at.parent?.type === 'block' || at.parent?.type === 'switch_section' || at.parent?.type === 'global_statement') return at;
    if (functions.test(at.type)) return null;
  }
  return null;
}

function endsItsLine(tree: SyntaxTree, node: SyntaxNode): boolean {
  return /^\s*(\/\/.*)?$/.test(lineOf(tree, node.endRow).slice(node.endColumn));
}

/** `using var x = …;`: disposed of at the end of the block, however it is left. */
function useUsing(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  const statement = statementOf(nodeAt(tree, intent.open));
  const list =
    statement?.type === 'local_declaration_statement' && !statement.has('using') ? statement.first('variable_declaration') : null;
  const declarators = (list?.parts ?? []).filter((part) => part.type === 'variable_declarator');
  if (
    !statement ||
    source === null ||
    declarators.length !== 1 ||
    declarators[0]?.child('name')?.text !== source ||
    indentOf(tree, statement) === null
  )
    return [];
  const assigned = new RegExp(`(?<![\\w.])${source}\\s*(?:=(?!=)|\\?\\?=)`);
  const after = tree.text.slice(statement.end, statement.parent?.end ?? statement.end);
  // A variable of `using` cannot be assigned again, nor handed over by reference.
  if (assigned.test(after) || new RegExp(`\\b(?:ref|out)\\s+${source}\\b`).test(after)) return [];
  if (isBare(tree, list?.child('type')?.text ?? '', declarators[0]?.text ?? '')) return [];
  return [
    {
      title: say`Dispose of \`${source}\` with \`using\``,
      safe: false,
      edits: [{ range: spanAt(tree, statement.start), newText: 'using ' }],
    },
  ];
}

/** A class of the file that is derived from nothing and implements nothing: `using` does not take it. */
function isBare(tree: SyntaxTree, declared: string, declarator: string): boolean {
  const name = /\bnew\s+(\w+)/.exec(declarator)?.[1] ?? /^\w+$/.exec(declared)?.[0];
  const header = name === undefined ? null : new RegExp(`\\b(?:class|struct|record)\\s+${name}\\b([^{;]*)`).exec(tree.text)?.[1];
  return header !== undefined && header !== null && !header.includes(':');
}

function closeBefore(intent: Of<'closeBefore'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  const statement = statementOf(nodeAt(tree, intent.at));
  const indent = statement ? indentOf(tree, statement) : null;
  if (!statement || source === null || indent === null || new RegExp(`\\b${source.replace(/\./g, '\\.')}\\b`).test(statement.text))
    return [];
  return [
    {
      title: say`Close \`${source}\` before this`,
      safe: false,
      edits: [insertAbove(tree, statement.startRow, [`${indent}${source}.${intent.closer ?? 'Dispose()'};`])],
    },
  ];
}

/** A line right behind the opening. */
function behind(open: Of<'setOptions'>['open'], tree: SyntaxTree, lines: readonly string[]): Fix['edits'] | null {
  const statement = statementOf(nodeAt(tree, open));
  const indent = statement ? indentOf(tree, statement) : null;
  if (
    !statement ||
    indent === null ||
    !endsItsLine(tree, statement) ||
    !/^(?:local_declaration|expression)_statement$/.test(statement.type)
  )
    return null;
  return [
    insertBelow(
      tree,
      lastRow(statement),
      lines.map((line) => indent + line),
    ),
  ];
}

const named: Record<string, [level: string, name: string]> = {
  SO_KEEPALIVE: ['Socket', 'KeepAlive'],
  TCP_KEEPIDLE: ['Tcp', 'TcpKeepAliveTime'],
  TCP_KEEPINTVL: ['Tcp', 'TcpKeepAliveInterval'],
  TCP_KEEPCNT: ['Tcp', 'TcpKeepAliveRetryCount'],
};

function setOptions(intent: Of<'setOptions'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  if (source === null || !sockets.test(intent.type) || intent.options.some(({ name }) => named[name] === undefined)) return [];
  const socket = intent.type.endsWith('TcpClient') ? `${source}.Client` : source;
  const lines = intent.options.map(({ name, value }) => {
    const [level, option] = named[name] ?? ['', ''];
    return `${socket}.SetSocketOption(SocketOptionLevel.${level}, SocketOptionName.${option}, ${name === 'SO_KEEPALIVE' ? 'true' : value});`;
  });
  const found = behind(intent.open, tree, lines);
  return found ? [{ title: say`Set keepalive on \`${source}\``, safe: false, edits: found }] : [];
}

function setLimit(intent: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  if (source === null || !sockets.test(intent.type)) return [];
  const found = behind(intent.open, tree, [`${source}.ReceiveTimeout = ${intent.seconds}_000;`]);
  return found ? [{ title: say`Give it a time limit of ${intent.seconds} seconds`, safe: false, edits: found }] : [];
}
