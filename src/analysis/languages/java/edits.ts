/** Fixes in Java's idiom. Candidates only: whoever offers them applies each to a copy and analyses again. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent, Of } from '../../flow/intents.js';
import { enclosing, nodeAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { deeper, indentOf, insertAbove, insertBelow, lastRow, lineOf, replaceLines } from '../shared/lines.js';
import { limitFixes, optionFixes } from './edit-options.js';
import {
  endsItsLine,
  following,
  functions,
  isAssigned,
  loopAround,
  mayThrow,
  mentions,
  openingOf,
  original,
  rowsInTexts,
  sourceOf,
  statementOf,
  unitOf,
  upTo,
  uses,
} from './edit-places.js';
import { say } from '../../../words/say.js';

type Closing = Pick<Of<'closeBefore'>, 'place' | 'type' | 'closer'>;

export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'closeAlways':
      return intent.isParameter ? closeParameter(intent, tree) : closeAlways(intent, tree);
    case 'closeOnFailure':
      return [...closeInHandlers(intent, tree), ...closeAndThrow(intent, tree)];
    case 'closeBefore':
      return closeBefore(intent, tree);
    case 'leaveOnEof':
      return leaveOnEof(intent, tree);
    case 'setOptions':
      return optionFixes(intent, tree);
    case 'setLimit':
      return limitFixes(intent, tree);
    case 'removeCall':
      return removeCall(intent, tree);
    case 'moveClose':
      return [];
  }
}

/** The statement that closes it. */
function closeOf({ place, closer = 'close()' }: Closing): string | null {
  const source = sourceOf(place);
  return source === null ? null : `${source}.${closer};`;
}

/** The checked exception of a type's close; null where it has none. */
function thrownBy({ type, closer }: Closing): string | null {
  if (closer !== undefined || /^(?:okhttp3\.|org\.apache\.commons\.httpclient\.|redis\.)/.test(type))
    return closer === undefined || type !== '' ? null : 'Exception';
  return type.startsWith('java.sql.') ? 'SQLException' : 'IOException';
}

/** The close as lines, its own exception caught where nobody else would. */
function closingLines(closing: Closing, at: SyntaxNode, unit: string): string[] | null {
  const close = closeOf(closing);
  const thrown = thrownBy(closing);
  if (close === null) return null;
  if (thrown === null || mayThrow(at, thrown)) return [close];
  return ['try {', `${unit}${close}`, `} catch (${thrown} ignored) {`, `${unit}// it was open, that is all we wanted to end`, '}'];
}

/** Is it a type that a `try` closes by `close()`? */
function isCloseable({ closer, type }: Closing): boolean {
  return closer === undefined && type !== '';
}

function closeAlways(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const found = openingOf(tree, intent.open);
  const source = sourceOf(intent.place);
  if (!found || source === null) return [];
  const { statement, indent, declares } = found;
  const body = uses(statement, source);
  const end = body.at(-1);
  if (!end || !endsItsLine(tree, end) || indentOf(tree, end) === null || (body[0] as SyntaxNode).startRow <= statement.endRow) return [];
  const unit = unitOf(tree);
  const inner = deeper(tree, lastRow(statement) + 1, lastRow(end), unit, rowsInTexts(body));
  const close = closeOf(intent) ?? '';
  const closes = lastCloses(body, tree, close);
  const rest = inner.filter((_, index) => !closes.some((node) => node.startRow === lastRow(statement) + 1 + index));
  const fixes: Fix[] = [];
  const isResource = declares?.child('name')?.text === source && isCloseable(intent) && !isAssigned(statement.parent ?? statement, source);
  const thrown = thrownBy(intent);
  if (isResource && (thrown === null || mayThrow(statement, thrown))) {
    const header = original(tree, statement);
    header[0] = `${indent}try (${(header[0] ?? '').slice(indent.length)}`;
    header[header.length - 1] = (header.at(-1) ?? '').replace(/;(\s*(?:\/\/.*)?)$/, ') {$1');
    fixes.push({
      title: say`Close \`${source}\` with try-with-resources`,
      safe: true,
      idiom: 'try-with-resources',
      edits: [replaceLines(tree, statement.startRow, lastRow(end), [...header, ...rest, `${indent}}`])],
    });
  }
  const lines = closingLines(intent, statement, unit);
  if (lines && (declares?.child('name')?.text === source || statement.type === 'expression_statement')) {
    const text = [
      ...original(tree, statement),
      `${indent}try {`,
      ...rest,
      `${indent}} finally {`,
      ...lines.map((line) => indent + unit + line),
      `${indent}}`,
    ];
    fixes.push({
      title: say`Close \`${source}\` in \`finally\``,
      safe: true,
      idiom: 'finally',
      edits: [replaceLines(tree, statement.startRow, lastRow(end), text)],
    });
  }
  return fixes;
}

/** The statements that end the body by closing: what they do moves to where every way out comes by. */
function lastCloses(body: readonly SyntaxNode[], tree: SyntaxTree, close: string): SyntaxNode[] {
  const last: SyntaxNode[] = [];
  for (const node of [...body].reverse()) {
    if (node.text === close && lineOf(tree, node.startRow).trim() === close) last.unshift(node);
    // What is returned may stand after it.
    else if (node.type !== 'return_statement' || last.length > 0) break;
  }
  return last.length === body.length ? [] : last;
}

/** The function owns its parameter: its whole body, closed in the end. */
function closeParameter(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const definition = enclosing(nodeAt(tree, intent.open), functions);
  const block = definition?.child('body');
  const body = block?.parts ?? [];
  const [first] = body;
  const last = body.at(-1);
  const indent = first ? indentOf(tree, first) : null;
  const unit = unitOf(tree);
  const lines = first ? closingLines(intent, first, unit) : null;
  if (!first || !last || indent === null || !lines || !endsItsLine(tree, last)) return [];
  const text = [
    `${indent}try {`,
    ...deeper(tree, first.startRow, lastRow(last), unit, rowsInTexts(body)),
    `${indent}} finally {`,
    ...lines.map((line) => indent + unit + line),
    `${indent}}`,
  ];
  return [
    {
      title: say`Close \`${intent.place}\` when \`${definition?.child('name')?.text ?? 'this'}\` ends`,
      safe: true,
      idiom: 'finally-in-function',
      edits: [replaceLines(tree, first.startRow, lastRow(last), text)],
    },
  ];
}

/** What fails stands in a `try` of this function: its handlers close. */
function closeInHandlers(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  const close = closeOf(intent);
  if (source === null || close === null) return [];
  const opened = nodeAt(tree, intent.open);
  for (const leak of intent.leaks) {
    const guarded = enclosing(statementOf(nodeAt(tree, leak)), ['try_statement', 'try_with_resources_statement', ...functions]);
    // Opened inside, it may not be there yet when a handler runs.
    if (!guarded?.type.startsWith('try_') || opened.start >= guarded.start) continue;
    const unit = unitOf(tree);
    const edits = guarded.children.flatMap((clause): TextEdit[] => {
      const body = clause.type === 'catch_clause' ? clause.child('body') : null;
      const [first] = body?.parts ?? [];
      const indent = first ? indentOf(tree, first) : null;
      const lines = first ? closingLines(intent, first, unit) : null;
      if (!body || !first || indent === null || !lines || body.text.includes(close)) return [];
      return [
        insertAbove(
          tree,
          first.startRow,
          lines.map((line) => indent + line),
        ),
      ];
    });
    if (edits.length > 0) return [{ title: say`Close \`${source}\` where the error is handled`, safe: true, idiom: 'in-handlers', edits }];
  }
  return [];
}

/** The connection goes on to somebody else when all goes well: only what fails closes it. */
function closeAndThrow(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  const found = openingOf(tree, intent.open);
  const source = sourceOf(intent.place);
  if (!found || source === null) return [];
  const { statement, indent } = found;
  const covered = upTo(
    statement,
    intent.leaks.map((leak) => leak.startLine),
  );
  const end = covered.at(-1);
  if (!end || !endsItsLine(tree, end) || indentOf(tree, end) === null || (covered[0] as SyntaxNode).startRow <= statement.endRow) return [];
  const unit = unitOf(tree);
  const thrown = thrownBy(intent);
  const close = closeOf(intent) ?? '';
  const guarded =
    thrown === null
      ? [close]
      : ['try {', `${unit}${close}`, `} catch (${thrown} suppressed) {`, `${unit}e.addSuppressed(suppressed);`, '}'];
  const inner = deeper(tree, lastRow(statement) + 1, lastRow(end), unit, rowsInTexts(covered));
  const text = [
    ...original(tree, statement),
    `${indent}try {`,
    ...inner,
    `${indent}} catch (Throwable e) {`,
    ...[...guarded, 'throw e;'].map((line) => indent + unit + line),
    `${indent}}`,
  ];
  return [
    {
      title: say`Close \`${source}\` when this fails, and throw again`,
      safe: true,
      idiom: 'close-and-throw',
      edits: [replaceLines(tree, statement.startRow, lastRow(end), text)],
    },
  ];
}

/** In a handler of the `try` that assigns it, it may not be there yet. */
function isOpenedByTry(statement: SyntaxNode, source: string): boolean {
  const clause = enclosing(statement, ['catch_clause', ...functions]);
  if (clause?.type !== 'catch_clause') return false;
  const guarded = enclosing(clause, ['try_statement', 'try_with_resources_statement', ...functions]);
  return (
    guarded
      ?.child('body')
      ?.text.split(source)
      .some((after, index) => index > 0 && /^\s*=(?!=)/.test(after)) ?? false
  );
}

function closeBefore(intent: Of<'closeBefore'>, tree: SyntaxTree): Fix[] {
  const statement = statementOf(nodeAt(tree, intent.at));
  const source = sourceOf(intent.place);
  if (source === null) return [];
  const unit = unitOf(tree);
  if (statement && /^(?:return|continue|break|throw)_statement$/.test(statement.type)) {
    const indent = indentOf(tree, statement);
    const lines = closingLines(intent, statement, unit);
    if (indent === null || !lines || mentions(statement, source.split('.')[0] ?? source) || isOpenedByTry(statement, source)) return [];
    return [
      {
        title: say`Close \`${source}\` before this`,
        safe: true,
        idiom: 'before-leaving',
        edits: [
          insertAbove(
            tree,
            statement.startRow,
            lines.map((line) => indent + line),
          ),
        ],
      },
    ];
  }
  const opened = openingOf(tree, intent.open);
  const end = opened ? following(opened.statement).at(-1) : undefined;
  const lines = end ? closingLines(intent, end, unit) : null;
  if (!opened || !end || !lines || /^(?:return|throw|break|continue)_statement$/.test(end.type) || !endsItsLine(tree, end)) return [];
  return [
    {
      title: say`Close \`${source}\` at the end`,
      safe: true,
      idiom: 'at-end',
      edits: [
        insertBelow(
          tree,
          lastRow(end),
          lines.map((line) => opened.indent + line),
        ),
      ],
    },
  ];
}

/** After the read: leave when it says that the stream has ended. */
function leaveOnEof(intent: Of<'leaveOnEof'>, tree: SyntaxTree): Fix[] {
  const read = nodeAt(tree, intent.read);
  const statement = statementOf(read);
  const indent = statement ? indentOf(tree, statement) : null;
  if (!statement || indent === null || !endsItsLine(tree, statement)) return [];
  const declarator = statement.type === 'local_variable_declaration' ? statement.all('declarator')[0] : null;
  const assigned = statement.parts[0]?.type === 'assignment_expression' ? statement.parts[0] : null;
  const name = declarator?.child('name')?.text ?? assigned?.child('left')?.text;
  const value = declarator?.child('value') ?? assigned?.child('right');
  if (name === undefined || value?.start !== read.start || value.end !== read.end) return [];
  const leave = loopAround(statement) ? 'break;' : enclosing(statement, functions)?.child('type')?.type === 'void_type' ? 'return;' : null;
  if (leave === null) return [];
  const sign = read.child('name')?.text === 'readLine' ? `${name} == null` : `${name} == -1`;
  const unit = unitOf(tree);
  return [
    {
      title: say`Leave when \`${sign}\`: the peer has closed`,
      safe: true,
      idiom: 'leave-when-empty',
      edits: [
        insertBelow(
          tree,
          lastRow(statement),
          [`if (${sign}) {`, `${unit}${leave}`, '}'].map((line) => indent + line),
        ),
      ],
    },
  ];
}

function removeCall(intent: Of<'removeCall'>, tree: SyntaxTree): Fix[] {
  const statement = statementOf(nodeAt(tree, intent.call));
  if (statement?.type !== 'expression_statement' || indentOf(tree, statement) === null || !endsItsLine(tree, statement)) return [];
  const next = following(statement)[0];
  if (!next || next.startRow <= statement.endRow) return [];
  return [
    {
      title: say`Remove this call`,
      safe: false,
      edits: [{ range: { startLine: statement.startRow + 1, startColumn: 1, endLine: lastRow(statement) + 2, endColumn: 1 }, newText: '' }],
    },
  ];
}
