/** Fixes in Rust's idiom. What needs a crate is offered only where the file uses it, `?` only where the function can take it. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import { enclosing, nodeAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { indentOf, insertAbove, insertBelow, lastRow, lineOf } from '../shared/lines.js';
import { say } from '../../../words/say.js';

type Of<K extends FixIntent['fix']> = Extract<FixIntent, { fix: K }>;

const statements = ['let_declaration', 'expression_statement', 'return_expression', 'match_arm'];

/** Edits that carry out the intent; none where the idiom does not fit. */
export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'leaveOnEof':
      return leaveOnEof(intent, tree);
    case 'setLimit':
      return intent.limit === 'connect' ? limitConnect(intent, tree) : limitRead(intent, tree);
    case 'setOptions':
      return setOptions(intent, tree);
    case 'closeBefore':
      return closeAt(intent.place, intent.type, [intent.at], tree);
    case 'closeOnFailure':
      return closeAt(intent.place, intent.type, intent.leaks, tree);
    default:
      return [];
  }
}

/** The variable as the source has it. */
function sourceOf(place: string | null): string | null {
  const name = place?.replace(/#\d+/g, '') ?? '';
  return /^[a-z_][\w.]*$/.test(name) ? name : null;
}

/** The statement that a range stands in, where it has its lines for itself. */
function statementAt(tree: SyntaxTree, at: Parameters<typeof nodeAt>[1]): { node: SyntaxNode; indent: string } | null {
  const node = enclosing(nodeAt(tree, at), statements);
  const indent = node ? indentOf(tree, node) : null;
  return node &&
    node.type !== 'match_arm' &&
    indent !== null &&
    lineOf(tree, lastRow(node)).slice(node.endColumn).trim().replace(';', '') === ''
    ? { node, indent }
    : null;
}

/** Can `?` be written in the function around, for errors of std::io? */
function takesErrors(node: SyntaxNode): boolean {
  const around = enclosing(node, ['function_item', 'closure_expression', 'async_block']);
  const type = around?.type === 'function_item' ? (around.child('return_type')?.text ?? '') : '';
  return (
    /\bio::(?:Result|Error)\b|\banyhow\b|\beyre\b|Box<dyn\b/.test(type) ||
    (/^Result<[^,]*>$/.test(type) && /\bio::Result\b|io::\{[^}]*\bResult\b|anyhow::/.test(around?.parent ? rootOf(around).text : ''))
  );
}

function rootOf(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent) at = at.parent;
  return at;
}

/** Lines below the statement that declares the connection under the name that it has there. */
function below(
  intent: { open: Parameters<typeof nodeAt>[1]; place: string | null },
  tree: SyntaxTree,
  lines: (name: string) => string[],
): Fix['edits'] | null {
  const found = statementAt(tree, intent.open);
  const name = sourceOf(intent.place);
  const pattern = found?.node.child('pattern')?.text ?? '';
  if (
    !found ||
    name === null ||
    found.node.type !== 'let_declaration' ||
    !new RegExp(`\\b${name}\\b`).test(pattern) ||
    !takesErrors(found.node)
  )
    return null;
  return [
    insertBelow(
      tree,
      lastRow(found.node),
      lines(name).map((line) => found.indent + line),
    ),
  ];
}

/** `if n == 0 { break; }` below the read. */
function leaveOnEof({ read, result }: Of<'leaveOnEof'>, tree: SyntaxTree): Fix[] {
  const whole = leaveWhile(read, tree);
  if (whole) return [left(whole)];
  const found = statementAt(tree, read);
  if (!found || found.node.type !== 'let_declaration' || result === null) return [];
  const pattern = found.node.child('pattern');
  const value = found.node.child('value');
  const loop = enclosing(found.node, [
    'loop_expression',
    'while_expression',
    'for_expression',
    'closure_expression',
    'function_item',
    'async_block',
  ]);
  if (pattern?.type !== 'identifier' || value?.type !== 'try_expression' || !loop || !/^(?:loop|while)_/.test(loop.type)) return [];
  // A loop that nothing else leaves has the type of what never returns.
  const held = loop.parent?.type === 'expression_statement' && !loop.parent.has(';') ? loop.parent : loop;
  const isLast = loop.type === 'loop_expression' && held.parent?.type === 'block' && held.parent.parts.at(-1) === held;
  const around = enclosing(loop, ['function_item']);
  const isBody = held.parent?.parent === around;
  const gives = around?.child('return_type')?.text ?? '';
  const leave = !isLast
    ? 'break;'
    : isBody && /Result(?:<\(\)|$)/.test(gives)
      ? 'return Ok(());'
      : isBody && takesErrors(loop)
        ? ENDED
        : null;
  if (leave === null) return [];
  return [left(insertBelow(tree, lastRow(found.node), ifEnded(pattern.text, leave, found.indent)))];
}

/** What the end is where the function gives something that is not complete yet. */
const ENDED = 'return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());';

const left = (edit: TextEdit): Fix => ({ title: say`Leave when the peer has closed`, safe: false, edits: [edit] });

const ifEnded = (count: string, leave: string, indent: string): string[] => [
  `${indent}if ${count} == 0 {`,
  `${indent}    ${leave}`,
  `${indent}}`,
];

/** `while let Ok(n) = s.read(&mut buf) {`: the end is a success, too. */
function leaveWhile(read: Parameters<typeof nodeAt>[1], tree: SyntaxTree): TextEdit | null {
  const condition = enclosing(nodeAt(tree, read), ['let_condition', 'block']);
  const loop = condition?.type === 'let_condition' && condition.parent?.type === 'while_expression' ? condition.parent : null;
  const count = /^Ok\(([a-z_]\w*)\)$/.exec(condition?.child('pattern')?.text ?? '')?.[1];
  const [first] = loop?.child('body')?.parts ?? [];
  const indent = first ? indentOf(tree, first) : null;
  if (!loop || count === undefined || !first || indent === null) return null;
  return insertAbove(tree, first.span.startLine - 1, ifEnded(count, 'break;', indent));
}

/** std's own limit. */
function limitRead(intent: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  if (intent.type !== 'std.net.TcpStream') return [];
  const made = below(intent, tree, (name) => [`${name}.set_read_timeout(Some(std::time::Duration::from_secs(${intent.seconds})))?;`]);
  return made ? [{ title: say`Give its reads a limit of ${intent.seconds} seconds`, safe: false, edits: made }] : [];
}

/** tokio's `timeout` around the connect. */
function limitConnect(intent: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  const node = nodeAt(tree, intent.open);
  const awaited = node.parent?.type === 'await_expression' ? node.parent : null;
  const tried = awaited?.parent?.type === 'try_expression' ? awaited.parent : null;
  if (!intent.type.startsWith('tokio.') || node.type !== 'call_expression' || !tried || !takesErrors(node)) return [];
  const newText = `tokio::time::timeout(std::time::Duration::from_secs(${intent.seconds}), ${node.text}).await??`;
  return [{ title: say`Connect with a limit of ${intent.seconds} seconds`, safe: false, edits: [{ range: tried.span, newText }] }];
}

const builders: Record<string, string> = { TCP_KEEPIDLE: 'with_time', TCP_KEEPINTVL: 'with_interval', TCP_KEEPCNT: 'with_retries' };

/** Neither std nor tokio can: socket2, where the file has it. */
function setOptions(intent: Of<'setOptions'>, tree: SyntaxTree): Fix[] {
  if (
    !/\bsocket2\b/.test(tree.text) ||
    intent.options.some(({ name }) => builders[name] === undefined && !/^(?:SO_KEEPALIVE|TCP_USER_TIMEOUT)$/.test(name))
  )
    return [];
  const seconds = (value: number): string => `std::time::Duration::from_secs(${value})`;
  const numbers = intent.options.flatMap(({ name, value }) =>
    builders[name] ? [`.${builders[name]}(${name === 'TCP_KEEPCNT' ? value : seconds(value)})`] : [],
  );
  const user = intent.options.find(({ name }) => name === 'TCP_USER_TIMEOUT');
  const made = below(intent, tree, (name) => [
    ...(numbers.length > 0
      ? [`socket2::SockRef::from(&${name}).set_tcp_keepalive(&socket2::TcpKeepalive::new()${numbers.join('')})?;`]
      : []),
    ...(user ? [`socket2::SockRef::from(&${name}).set_tcp_user_timeout(Some(std::time::Duration::from_millis(${user.value})))?;`] : []),
  ]);
  return made ? [{ title: say`Set keepalive on \`${sourceOf(intent.place) ?? ''}\``, safe: false, edits: made }] : [];
}

/** A descriptor is closed before the function is left; the error that is told is taken down first. */
function closeAt(place: string, type: string, leaks: readonly Parameters<typeof nodeAt>[1][], tree: SyntaxTree): Fix[] {
  const name = sourceOf(place);
  if (name === null || type !== 'libc.fd' || !/\blibc\b/.test(tree.text)) return [];
  const places = leaks.flatMap((at) => {
    const node = enclosing(nodeAt(tree, at), ['return_expression']);
    const statement = node?.parent?.type === 'expression_statement' ? node.parent : node;
    const indent = statement ? indentOf(tree, statement) : null;
    return statement && indent !== null ? [{ statement, indent }] : [];
  });
  const made = places.flatMap(({ statement, indent }) => {
    const error = find(statement, (node) => node.type === 'call_expression' && /\blast_os_error$/.test(node.child('function')?.text ?? ''));
    const close = `${indent}unsafe { libc::close(${name}) };`;
    if (!error) return [insertAbove(tree, statement.startRow, [close])];
    return [insertAbove(tree, statement.startRow, [`${indent}let error = ${error.text};`, close]), { range: error.span, newText: 'error' }];
  });
  return made.length === 0 ? [] : [{ title: say`Close \`${name}\` before returning`, safe: false, edits: made }];
}

function find(node: SyntaxNode, holds: (one: SyntaxNode) => boolean): SyntaxNode | null {
  if (holds(node)) return node;
  for (const child of node.children) {
    const found = find(child, holds);
    if (found) return found;
  }
  return null;
}
