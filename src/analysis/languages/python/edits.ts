/** Fixes in Python's idiom. Candidates only: whoever offers them applies each to a copy and analyses again. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent, Of } from '../../flow/intents.js';
import { enclosing, nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { deeper, indentOf, insertAbove, insertBelow, lastRow, lineOf, replaceLines } from '../shared/lines.js';
import { endsItsLine, following, hasEnter, mentions, rowsInStrings, statementOf, unitOf } from './layout.js';
import { say } from '../../../words/say.js';
import { setLimit, setOptions } from './edit-options.js';

export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'closeAlways':
      return closeAlways(intent, tree);
    case 'closeOnFailure':
      return closeOnFailure(intent, tree);
    case 'closeBefore':
      return closeBefore(intent, tree);
    case 'leaveOnEof':
      return leaveOnEof(intent, tree);
    case 'setOptions':
      return setOptions(intent, tree);
    case 'setLimit':
      return setLimit(intent, tree);
    case 'removeCall':
      return removeCall(intent, tree);
    case 'moveClose':
      return [];
  }
}

/** The statement that closes it. */
function closeOf({ place, closer = 'close()' }: { place: string; closer?: string }): string {
  return `${place}.${closer}`;
}

/** The opening's statement with its layout; null when it does not stand on lines of its own. */
function opening(
  intent: { open: Of<'closeAlways'>['open'] },
  tree: SyntaxTree,
): { node: SyntaxNode; statement: SyntaxNode; indent: string } | null {
  const node = nodeAt(tree, intent.open);
  const statement = statementOf(node);
  const indent = statement ? indentOf(tree, statement) : null;
  return statement && indent !== null && endsItsLine(tree, statement) ? { node, statement, indent } : null;
}

/** The statements from here to the last one that names the connection. */
function uses(statement: SyntaxNode, place: string): SyntaxNode[] {
  const rest = following(statement);
  let last = -1;
  rest.forEach((one, index) => {
    if (mentions(one, place)) last = index;
  });
  return rest.slice(0, last + 1);
}

/** The function owns its parameter: its whole body, closed in the end. */
function closeParameter(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const definition = enclosing(nodeAt(tree, intent.open), ['function_definition']);
  const body = (definition?.child('body')?.children ?? []).filter((child) => child.named && child.type !== 'comment');
  const first =
    body.find((child, index) => !(index === 0 && child.type === 'expression_statement' && child.parts[0]?.type === 'string')) ?? null;
  const last = body.at(-1);
  const indent = first ? indentOf(tree, first) : null;
  if (!definition || !first || !last || indent === null || first.startRow === definition.startRow || !endsItsLine(tree, last)) return [];
  const unit = unitOf(tree);
  const lines = [
    `${indent}try:`,
    ...deeper(tree, first.startRow, lastRow(last), unit, frozen(body)),
    `${indent}finally:`,
    `${indent}${unit}${closeOf(intent)}`,
  ];
  const name = definition.child('name')?.text ?? '';
  return [
    {
      title: say`Close \`${intent.place}\` when \`${name}\` ends`,
      safe: true,
      idiom: 'finally-in-function',
      edits: [replaceLines(tree, first.startRow, lastRow(last), lines)],
    },
  ];
}

function closeAlways(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  if (intent.isParameter) return closeParameter(intent, tree);
  const found = opening(intent, tree);
  const assignment = found?.statement.first('assignment');
  // An object that opens it in a method was there before.
  if (!found || (!assignment && intent.closer === undefined) || found.statement.type !== 'expression_statement') return [];
  const { statement, indent, node } = found;
  const body = uses(statement, intent.place);
  const unit = unitOf(tree);
  if (body.length === 0) return [];
  const last = lastRow(body.at(-1) as SyntaxNode);
  const first = (body[0] as SyntaxNode).startRow;
  const inner = deeper(tree, lastRow(statement) + 1, last, unit, frozen(body));
  const closes = lastCloses(body, tree, intent.place);
  const rest = inner.filter((_, index) => !closes.some((node) => node.startRow === lastRow(statement) + 1 + index));
  const closing = closes.some((node) => node.text.startsWith('await'))
    ? [`${intent.place}.close()`, `await ${intent.place}.wait_closed()`]
    : [closeOf(intent)];
  const simple = assignment?.child('left')?.type === 'identifier' && assignment.child('right')?.start === node.start;
  const fixes: Fix[] = [];
  if (hasEnter(intent.type) && first > lastRow(statement)) {
    const header = simple
      ? [`${indent}with ${node.text} as ${intent.place}:`]
      : [...original(tree, statement), `${indent}with ${intent.place}:`];
    fixes.push({
      title: say`Close \`${intent.place}\` with a \`with\` block`,
      safe: true,
      idiom: 'with',
      edits: [replaceLines(tree, statement.startRow, last, [...header, ...rest])],
    });
  }
  const lines = [
    ...original(tree, statement),
    `${indent}try:`,
    ...rest,
    `${indent}finally:`,
    ...closing.map((line) => indent + unit + line),
  ];
  fixes.push({
    title: say`Close \`${intent.place}\` in \`finally\``,
    safe: true,
    idiom: 'finally',
    edits: [replaceLines(tree, statement.startRow, last, lines)],
  });
  return fixes;
}

function original(tree: SyntaxTree, statement: SyntaxNode): string[] {
  const lines: string[] = [];
  for (let row = statement.startRow; row <= lastRow(statement); row += 1) lines.push(lineOf(tree, row));
  return lines;
}

function frozen(nodes: readonly SyntaxNode[]): Set<number> {
  return new Set(nodes.flatMap((node) => [...rowsInStrings(node)]));
}

/**
 * The statements that end the body by closing: what they do moves to where every way out comes by. A close before them
 * stays, as what follows it may wait for it.
 */
function lastCloses(body: readonly SyntaxNode[], tree: SyntaxTree, place: string): SyntaxNode[] {
  const isLast = (node: SyntaxNode): boolean =>
    [`${place}.close()`, `await ${place}.wait_closed()`].includes(node.text) && lineOf(tree, node.startRow).trim() === node.text;
  const last: SyntaxNode[] = [];
  for (const node of [...body].reverse()) {
    if (!isLast(node)) break;
    last.unshift(node);
  }
  return last.length === body.length ? [] : last;
}

/** The failing call stands in a `try` of this function: its handlers close. */
function closeInHandlers(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  const close = closeOf(intent);
  for (const leak of intent.leaks) {
    const statement = enclosing(statementOf(nodeAt(tree, leak)), ['try_statement', 'function_definition']);
    if (statement?.type !== 'try_statement' || statement.startRow + 1 < intent.functionRange.startLine) continue;
    // Opened inside, it may not be there yet when a handler runs.
    if (nodeAt(tree, intent.open).start >= statement.start) continue;
    const edits: TextEdit[] = [];
    for (const clause of statement.children) {
      const body = clause.type === 'except_clause' ? (clause.first('block') ?? clause.child('body')) : null;
      const first = body?.children.find((child) => child.named && child.type !== 'comment');
      const indent = first ? indentOf(tree, first) : null;
      if (!body || !first || indent === null || body.text.includes(close)) continue;
      edits.push(
        first.type === 'pass_statement'
          ? replaceLines(tree, first.startRow, first.startRow, [indent + close])
          : insertAbove(tree, first.startRow, [indent + close]),
      );
    }
    if (edits.length > 0)
      return [{ title: say`Close \`${intent.place}\` where the error is handled`, safe: true, idiom: 'in-handlers', edits }];
  }
  return [];
}

function closeOnFailure(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  return [...closeAndRaise(intent, tree), ...closeInHandlers(intent, tree)];
}

function closeAndRaise(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  const found = opening(intent, tree);
  if (!found || found.statement.type !== 'expression_statement') return [];
  const { statement, indent } = found;
  const rest = following(statement);
  let last = -1;
  rest.forEach((node, index) => {
    if (intent.leaks.some((leak) => leak.startLine - 1 >= node.startRow && leak.startLine - 1 <= lastRow(node))) last = index;
  });
  const covered = rest.slice(0, last + 1);
  const end = covered.at(-1);
  if (!end || !endsItsLine(tree, end) || end.startRow <= lastRow(statement)) return [];
  const unit = unitOf(tree);
  const inner = deeper(tree, lastRow(statement) + 1, lastRow(end), unit, frozen(covered));
  const handler = [`${indent}except BaseException:`, `${indent}${unit}${closeOf(intent)}`, `${indent}${unit}raise`];
  const lines = [...original(tree, statement), `${indent}try:`, ...inner, ...handler];
  return [
    {
      title: say`Close \`${intent.place}\` when this fails, and raise again`,
      safe: true,
      idiom: 'close-and-raise',
      edits: [replaceLines(tree, statement.startRow, lastRow(end), lines)],
    },
  ];
}

const contains = (outer: SyntaxNode, { start }: SyntaxNode): boolean => outer.start <= start && start < outer.end;

/** Of a `try` that an opening in this block may leave by an exception: does what comes to the statement come by the opening? */
function isPassed(block: SyntaxNode, statement: SyntaxNode): boolean {
  const clauses = block.parent?.children.filter(({ type }) => /^(except|except_group|finally)_clause$/.test(type)) ?? [];
  if (clauses.some((clause) => contains(clause, statement))) return false;
  const leaves = (clause: SyntaxNode): boolean =>
    clause.type === 'finally_clause' || /^(return|raise|continue|break)_/.test(clause.children.at(-1)?.children.at(-1)?.type ?? '');
  return contains(block, statement) || clauses.every(leaves);
}

/**
 * Does every way to this statement come by the opening? Not where that stands
 * in a branch that others pass by; a name may be unbound or None there.
 */
function isSurelyOpen(open: SyntaxNode, statement: SyntaxNode): boolean {
  let list: SyntaxNode | null = statementOf(open)?.parent ?? null;
  while (list?.parent?.type === 'try_statement' || list?.parent?.type === 'with_statement') {
    if (list.parent.type === 'try_statement' && !isPassed(list, statement)) return false;
    list = list.parent.parent;
  }
  for (let at: SyntaxNode | null = statement; at; at = at.parent) if (at === list) return true;
  return false;
}

function closeBefore(intent: Of<'closeBefore'>, tree: SyntaxTree): Fix[] {
  const statement = statementOf(nodeAt(tree, intent.at));
  const close = closeOf(intent);
  if (statement && /^(return|continue|break|raise)_statement$/.test(statement.type)) {
    const indent = indentOf(tree, statement);
    // What holds it may be needed, too: `return client.ask()` with the connection in `client.sock`.
    if (
      indent === null ||
      mentions(statement, intent.place.split('.')[0] ?? intent.place) ||
      !isSurelyOpen(nodeAt(tree, intent.open), statement)
    )
      return [];
    return [
      {
        title: say`Close \`${intent.place}\` before this`,
        safe: true,
        idiom: 'before-leaving',
        edits: [insertAbove(tree, statement.startRow, [indent + close])],
      },
    ];
  }
  const opened = opening(intent, tree);
  const siblings = opened ? following(opened.statement) : [];
  const end = siblings.at(-1);
  const block = opened?.statement.parent;
  if (
    !opened ||
    !end ||
    !block ||
    (block.parent?.type !== 'function_definition' && block.type !== 'module') ||
    /^(return|raise)_statement$/.test(end.type)
  )
    return [];
  return [
    {
      title: say`Close \`${intent.place}\` at the end`,
      safe: true,
      idiom: 'at-end',
      edits: [insertBelow(tree, lastRow(end), [opened.indent + close])],
    },
  ];
}

function leaveOnEof(intent: Of<'leaveOnEof'>, tree: SyntaxTree): Fix[] {
  const read = nodeAt(tree, intent.read);
  const statement = statementOf(read);
  const indent = statement ? indentOf(tree, statement) : null;
  if (!statement || indent === null || statement.type !== 'expression_statement' || !endsItsLine(tree, statement)) return [];
  const unit = unitOf(tree);
  const loop = enclosing(statement, ['while_statement', 'for_statement', 'function_definition', 'module']);
  const leave = loop?.type.endsWith('_statement') ? 'break' : 'return';
  const assignment = statement.first('assignment');
  const name = assignment?.child('left');
  const rows: [number, number] = [statement.startRow, lastRow(statement)];
  if (name?.type === 'identifier' && assignment?.child('right')?.start === read.start) {
    const test = `${indent}if not ${name.text}:`;
    const fixes: Fix[] = [
      {
        title: say`Leave the loop when \`${name.text}\` is empty`,
        safe: true,
        idiom: 'leave-when-empty',
        edits: [insertBelow(tree, rows[1], [test, `${indent}${unit}${leave}`])],
      },
    ];
    const closes =
      intent.place && !intent.place.startsWith('%') ? [test, `${indent}${unit}${intent.place}.close()`, `${indent}${unit}${leave}`] : null;
    if (closes)
      fixes.push({
        title: say`Close and leave the loop when \`${name.text}\` is empty`,
        safe: true,
        idiom: 'close-and-leave',
        edits: [insertBelow(tree, rows[1], closes)],
      });
    return fixes;
  }
  const added = statement.first('augmented_assignment');
  if (added?.child('right')?.start === read.start && added.child('left')) {
    const left = added.child('left')?.text ?? '';
    const lines = [
      `${indent}data = ${read.text}`,
      `${indent}if not data:`,
      `${indent}${unit}raise EOFError("the peer closed the connection")`,
      `${indent}${left} += data`,
    ];
    return [{ title: say`Raise \`EOFError\` when the peer has closed`, safe: false, edits: [replaceLines(tree, ...rows, lines)] }];
  }
  if (statement.parts[0]?.start === read.start && statement.parts[0].end === read.end) {
    return [
      {
        title: say`Leave the loop when the read is empty`,
        safe: true,
        idiom: 'leave-bare-read',
        edits: [replaceLines(tree, ...rows, [`${indent}if not ${read.text}:`, `${indent}${unit}${leave}`])],
      },
    ];
  }
  return [];
}

function removeCall(intent: Of<'removeCall'>, tree: SyntaxTree): Fix[] {
  const statement = statementOf(nodeAt(tree, intent.call));
  if (!statement || indentOf(tree, statement) === null || !endsItsLine(tree, statement) || (statement.parent?.parts.length ?? 0) < 2)
    return [];
  const start = tree.lineStarts[statement.startRow] ?? 0;
  const end = tree.lineStarts[lastRow(statement) + 1] ?? tree.text.length;
  return [{ title: say`Remove this call`, safe: false, edits: [{ range: spanAt(tree, start, end), newText: '' }] }];
}
