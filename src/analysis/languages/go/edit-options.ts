/** Edits that set options and limits. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import type { Span } from '../../flow/ir.js';
import { nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { anchorOf, enclosingFunctionNodes, importEdits, insertAfter, sourceOf, statementAt } from './edit-places.js';
import { say } from '../../../words/say.js';

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

function seconds(value: number): string {
  return value % 60 === 0 && value >= 120 ? `${value / 60} * time.Minute` : `${value} * time.Second`;
}

function anchorAt(tree: SyntaxTree, intent: { open: Span }): SyntaxNode | null {
  const statement = statementAt(tree, intent.open);
  return statement ? anchorOf(statement) : null;
}

/** Keepalive: one configuration (Go 1.23), or the older pair of calls. */
export function optionFixes(intent: Intent<'setOptions'>, tree: SyntaxTree): Fix[] {
  const anchor = anchorAt(tree, intent);
  const source = sourceOf(intent.place);
  if (!anchor || source === null) return [];
  const values = new Map(intent.options.map((option) => [option.name, option.value]));
  if (intent.type === 'syscall.fd') return descriptorOptions(intent, tree, anchor, source);
  const idle = values.get('TCP_KEEPIDLE');
  const interval = values.get('TCP_KEEPINTVL');
  const count = values.get('TCP_KEEPCNT');
  const config = [
    'Enable: true',
    ...(idle === undefined ? [] : [`Idle: ${seconds(idle)}`]),
    ...(interval === undefined ? [] : [`Interval: ${seconds(interval)}`]),
    ...(count === undefined ? [] : [`Count: ${count}`]),
  ].join(', ');
  const imports = idle === undefined && interval === undefined ? [] : importEdits(tree, 'time');
  const modern = onTcp(intent.type, source, (tcp) => [`${tcp}.SetKeepAliveConfig(net.KeepAliveConfig{${config}})`]);
  const period = interval ?? idle;
  const older = onTcp(intent.type, source, (tcp) => [
    `${tcp}.SetKeepAlive(true)`,
    ...(period === undefined ? [] : [`${tcp}.SetKeepAlivePeriod(${seconds(period)})`]),
  ]);
  const title = values.has('SO_KEEPALIVE') ? say`Set keepalive` : say`Shorten keepalive`;
  return [
    ...(idle === undefined ? [] : shorterFixes(tree, intent, seconds(idle), imports)),
    {
      title: say`${title} (Go 1.23 and later)`,
      safe: false,
      edits: [insertAfter(tree, anchor, modern), ...imports, ...importEdits(tree, 'net')],
    },
    { title, safe: false, edits: [insertAfter(tree, anchor, older), ...imports, ...importEdits(tree, 'net')] },
  ];
}

/** Where this function says how long keepalive waits, it says a shorter time. */
function shorterFixes(tree: SyntaxTree, intent: Intent<'setOptions'>, time: string, imports: readonly TextEdit[]): Fix[] {
  const nodes = enclosingFunctionNodes(nodeAt(tree, intent.open));
  const periods = nodes
    .filter((node) => node.type === 'call_expression' && node.child('function')?.child('field')?.text === 'SetKeepAlivePeriod')
    .map((node) => node.child('arguments')?.parts[0]);
  const fields = nodes
    .filter((node) => node.type === 'keyed_element' && /^(KeepAlive|Idle)$/.test(node.parts[0]?.text ?? ''))
    .map((node) => node.parts[1]);
  const said = [...periods, ...fields].filter((node) => node !== undefined);
  return said.length !== 1 || !said[0]
    ? []
    : [{ title: say`Shorten keepalive`, safe: false, edits: [{ range: said[0].span, newText: time }, ...imports] }];
}

/** A net.Conn must be asked for its TCP methods. */
function onTcp(type: string, source: string, calls: (tcp: string) => string[]): string[] {
  if (type === 'net.TCPConn') return calls(source);
  return [`if tcp, ok := ${source}.(*net.TCPConn); ok {`, ...calls('tcp').map((line) => `\t${line}`), '}'];
}

function descriptorOptions(intent: Intent<'setOptions'>, tree: SyntaxTree, anchor: SyntaxNode, source: string): Fix[] {
  const pack = nodeAt(tree, intent.open).child('function')?.child('operand')?.text;
  if (pack === undefined) return [];
  const lines = intent.options.map(({ name, value }) => {
    const level = name.startsWith('SO_') ? 'SOL_SOCKET' : 'IPPROTO_TCP';
    return `${pack}.SetsockoptInt(${source}, ${pack}.${level}, ${pack}.${name}, ${value})`;
  });
  return [{ title: say`Set keepalive`, safe: false, edits: [insertAfter(tree, anchor, lines)] }];
}

export function limitFixes(intent: Intent<'setLimit'>, tree: SyntaxTree): Fix[] {
  const imports = importEdits(tree, 'time');
  const limit = seconds(intent.seconds);
  if (intent.limit === 'read') {
    if (intent.type === 'syscall.fd') return [];
    const anchor = anchorAt(tree, intent);
    const source = sourceOf(intent.place);
    if (!anchor || source === null) return [];
    const edit = insertAfter(tree, anchor, [`${source}.SetReadDeadline(time.Now().Add(${limit}))`]);
    return [{ title: say`Limit how long reads may wait`, safe: false, edits: [edit, ...imports] }];
  }
  const call = nodeAt(tree, intent.open);
  if (call.type !== 'call_expression') return [];
  const edits = intent.limit === 'connect' ? dialTimeout(tree, call, limit) : clientTimeout(tree, call, limit);
  return edits.length === 0 ? [] : [{ title: say`Give up after ${intent.seconds} seconds`, safe: false, edits: [...edits, ...imports] }];
}

/** `net.Dial(a, b)` → `net.DialTimeout(a, b, limit)`. */
function dialTimeout(tree: SyntaxTree, call: SyntaxNode, limit: string): TextEdit[] {
  const name = call.child('function')?.child('field');
  const last = call.child('arguments')?.parts.at(-1);
  if (
    name?.text !== 'Dial' ||
    call.child('function')?.child('operand')?.type !== 'identifier' ||
    !last ||
    call.child('arguments')?.parts.length !== 2
  )
    return [];
  return [
    { range: name.span, newText: 'DialTimeout' },
    { range: spanAt(tree, last.end), newText: `, ${limit}` },
  ];
}

/** `http.Get(u)` by a client of its own; a client made in this function gets its Timeout. */
function clientTimeout(tree: SyntaxTree, call: SyntaxNode, limit: string): TextEdit[] {
  const callee = call.child('function');
  const operand = callee?.child('operand');
  if (!callee || !operand) return [];
  const clients = enclosingFunctionNodes(call).filter(
    (node) => node.type === 'composite_literal' && /^\w+\.Client$/.test(node.child('type')?.text ?? ''),
  );
  const [client] = clients;
  const body = client?.child('body');
  if (clients.length === 1 && body && !/\bTimeout\s*:/.test(body.text)) {
    const [first] = body.parts;
    return [{ range: spanAt(tree, body.start + 1), newText: first ? `Timeout: ${limit}, ` : `Timeout: ${limit}` }];
  }
  const package_ = operand.text;
  if (operand.type !== 'identifier' || !['Get', 'Post', 'PostForm'].includes(callee.child('field')?.text ?? '')) return [];
  return [{ range: operand.span, newText: `(&${package_}.Client{Timeout: ${limit}})` }];
}
