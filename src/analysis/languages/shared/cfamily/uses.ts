/** How the variables of a function are used: arrays that are as many variables, numbers that hold nothing. */

import type { SyntaxNode } from '../../../syntax/tree.js';
import { indexOf, unwrap } from './nodes.js';

export interface Uses {
  /** Arrays: indexed by numbers and named constants only, and handed to no function of the file as a whole. */
  constant: ReadonlySet<string>;
  /** Arrays: one of the elements, or the field `fd` of one, is handed to something that may close it. */
  emptied: ReadonlySet<string>;
  /**
   * Variables whose value is handed on somewhere. The others are only
   * compared and counted with: `if (fd > max) max = fd` makes no second name.
   */
  handed: ReadonlySet<string>;
  /** Variables that are counted up or down. */
  counted: ReadonlySet<string>;
}

export const noUses: Uses = { constant: new Set(), emptied: new Set(), handed: new Set(), counted: new Set() };

/** Calls that work on a descriptor and leave it open. */
const uses =
  /^(recv|recvfrom|recvmsg|read|readv|send|sendto|sendmsg|write|writev|accept|accept4|connect|bind|listen|ioctl|fcntl|[gs]etsockopt|getpeername|getsockname|shutdown|FD_(SET|CLR|ISSET)|\w*printf|perror|syslog|dup2?)$/;

/** How the variables of a function body are used. `isOwn`: is this a function of the file? */
export function usesIn(body: SyntaxNode, isOwn: (name: string) => boolean): Uses {
  const indexed = new Set<string>();
  const varied = new Set<string>();
  const emptied = new Set<string>();
  const handed = new Set<string>();
  const counted = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'subscript_expression') noteIndex(node, indexed, varied);
    if (node.type === 'call_expression') noteCall(isOwn, node, varied, emptied);
    if (node.type === 'identifier' && handsOn(node)) handed.add(node.text);
    if (node.type === 'update_expression') counted.add(node.child('argument')?.text ?? '');
    node.children.forEach(visit);
  };
  visit(body);
  return { constant: new Set([...indexed].filter((name) => !varied.has(name))), emptied, handed, counted };
}

const counting = /^(binary_expression|update_expression|unary_expression|subscript_expression|expression_statement)$/;

/** Does its value go on from here, rather than into a number or a test? */
function handsOn(node: SyntaxNode): boolean {
  let at: SyntaxNode | null = node;
  while (at?.parent && /^(parenthesized_expression|cast_expression)$/.test(at.parent.type)) at = at.parent;
  const parent = at?.parent ?? null;
  if (parent?.type === 'assignment_expression' || parent?.type === 'init_declarator')
    return at?.field !== 'left' && at?.field !== 'declarator';
  if (parent && /_statement$/.test(parent.type) && parent.type !== 'return_statement') return false;
  return parent !== null && !counting.test(parent.type) && !/declar/.test(parent.type);
}

function noteIndex(node: SyntaxNode, indexed: Set<string>, varied: Set<string>): void {
  const array = node.child('argument');
  const index = indexOf(node);
  if (array?.type !== 'identifier' || !index) return;
  (constantIndex(index) === null ? varied : indexed).add(array.text);
}

/** The text of an index that is a constant; null for any other. */
export function constantIndex(index: SyntaxNode): string | null {
  const inner = unwrap(index);
  if (inner.type === 'number_literal') return inner.text;
  return inner.type === 'identifier' && /^[A-Z][A-Z0-9_]*$/.test(inner.text) ? inner.text : null;
}

function noteCall(isOwn: (name: string) => boolean, node: SyntaxNode, varied: Set<string>, emptied: Set<string>): void {
  const name = node.child('function')?.text ?? '';
  for (const arg of node.child('arguments')?.parts ?? []) {
    const inner = unwrap(arg);
    if (inner.type === 'identifier' && isOwn(name)) varied.add(inner.text);
    const element = inner.type === 'field_expression' ? inner.child('argument') : inner;
    const array = element?.type === 'subscript_expression' ? element.child('argument') : null;
    if (array?.type === 'identifier' && !uses.test(name)) emptied.add(array.text);
  }
}
