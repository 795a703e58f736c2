/** C++'s way to carry out a fix: C's, and guards: local objects whose destructor closes on every way out, exceptions as well. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import { enclosing } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { functionAt, includeEdits, insertAfter, nodesIn, openedAfter, removeStatement, sourceOf } from '../shared/cfamily/edit-places.js';
import { borrows } from '../shared/cfamily/edit-close.js';
import { edits as shared } from '../shared/cfamily/edits.js';
import { say } from '../../../words/say.js';

/** Candidates, best first. */
export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  const found = shared(intent, tree);
  return intent.fix === 'closeAlways' || intent.fix === 'closeOnFailure' || intent.fix === 'closeBefore'
    ? [...found, ...guardFixes(intent, tree)]
    : found;
}

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

/** A guard behind the opening; the calls that close are its work from then on. */
function guardFixes(intent: Intent<'closeAlways' | 'closeOnFailure' | 'closeBefore'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(tree, intent.place, intent.open);
  const body = functionAt(tree, intent.open)?.child('body');
  const anchor = source === null ? null : openedAfter(tree, intent.open, source);
  if (
    source === null ||
    !/^[A-Za-z_]\w*$/.test(source) ||
    !body ||
    !anchor ||
    intent.type !== 'posix.socket' ||
    intent.place.startsWith('this.')
  )
    return [];
  if (leavesBy(body, anchor, source)) return [];
  const closes = nodesIn(body, (node) => node.start > anchor.end && isClose(node, source));
  if (closes.some((node) => node.parent?.type !== 'compound_statement')) return [];
  const made = guardOf(tree, source, body.text);
  return [
    {
      title: say`Close it by a guard, however the function is left`,
      safe: true,
      idiom: 'guard',
      edits: [...made.includes, ...insertAfter(tree, anchor, [made.line]), ...closes.map((node) => removeStatement(tree, node))],
    },
  ];
}

/** Is it given back, kept, made anew, captured, or given to a function that may keep it? Then it is not the guard's to close. */
function leavesBy(body: SyntaxNode, anchor: SyntaxNode, source: string): boolean {
  return nodesIn(body, (node) => node.start > anchor.end).some((node) => {
    if (node.type === 'return_statement') return node.parts[0]?.text === source;
    if (node.type === 'lambda_expression') return nodesIn(node, (inner) => inner.text === source).length > 0 || /\[\s*[=&]/.test(node.text);
    if (node.type === 'call_expression') return isGivenAway(node, source);
    if (/^(initializer_list|new_expression|declaration)$/.test(node.type)) return holds(node, source);
    if (node.type !== 'assignment_expression') return false;
    return node.child('left')?.text === source || node.child('right')?.text === source;
  });
}

/** An argument of a call that does more than use it. */
function isGivenAway(node: SyntaxNode, source: string): boolean {
  const name = (node.child('function')?.text ?? '').replace(/^::/, '');
  return (node.child('arguments')?.parts ?? []).some((arg) => arg.text === source) && !borrows.test(name) && !/^close(socket)?$/.test(name);
}

/** `{fd}`, `new T(fd)`, `T x(fd);`: something is made of it. */
function holds(node: SyntaxNode, source: string): boolean {
  return nodesIn(node, (inner) => /^(initializer_list|argument_list|parameter_list)$/.test(inner.type)).some(
    (list) => list.parent?.type !== 'call_expression' && list.parts.some((part) => part.text === source),
  );
}

function isClose(node: SyntaxNode, source: string): boolean {
  return node.type === 'expression_statement' && new RegExp(`^(?:::)?close(?:socket)?\\(\\s*${source}\\s*\\);$`).test(node.text);
}

/** The file's own class that closes what it is made with, or a small one on the spot. */
function guardOf(tree: SyntaxTree, source: string, text: string): { line: string; includes: TextEdit[] } {
  const free = (name: string): string => (new RegExp(`\\b${name}\\b`).test(text) ? free(`${name}_`) : name);
  const known = nodesIn(tree.root, (node) => /^(class|struct)_specifier$/.test(node.type)).find(isGuard);
  if (known) return { line: `const ${known.child('name')?.text ?? ''} ${free('guard')}(${source});`, includes: [] };
  const name = free('Closer');
  const windows = /\bclosesocket\s*\(/.test(tree.text) && !/\bclose\s*\(/.test(tree.text);
  const call = windows ? 'closesocket' : '::close';
  const type = windows ? 'SOCKET' : 'int';
  return {
    line: `const struct ${name} { ${type} fd; ~${name}() { ${call}(fd); } } ${free('closer')}{${source}};`,
    includes: windows ? [] : includeEdits(tree, 'unistd.h'),
  };
}

/** `explicit Fd(int fd) : fd_(fd) {}`, `~Fd() { … close(…) … }`, and no other way to make one of a number. */
function isGuard(node: SyntaxNode): boolean {
  const name = node.child('name')?.text ?? '';
  const members = node.child('body')?.parts ?? [];
  if (!/^\w+$/.test(name) || enclosing(node.parent, ['function_definition', 'class_specifier', 'struct_specifier', 'template_declaration']))
    return false;
  const closes = members.some(
    (one) => one.type === 'function_definition' && one.text.includes(`~${name}`) && /\bclose\s*\(/.test(one.text),
  );
  const takes = members.some((one) =>
    new RegExp(
      `^(?:explicit\\s+)?${name}\\s*\\(\\s*int\\s+\\w+\\s*\\)\\s*(?:noexcept\\s*)?:\\s*\\w+\\s*[({]\\s*\\w+\\s*[)}]\\s*\\{\\s*\\}`,
    ).test(one.text),
  );
  return closes && takes;
}
