/** When two tests of a function ask the same: how they are told, and which places decide them. */

import type { Graph, Leaf } from './cfg.js';
import type { CallStmt, Operand, Place } from './ir.js';
import { isPlain, isTemporary, placesOf } from './places.js';

type Question = Exclude<Leaf, { test: 'opaque' }>;

/** How a test that cannot be decided is remembered; null: it is not. */
export function askedText(leaf: Leaf): string | null {
  return leaf.test === 'opaque' ? leaf.text : testText(leaf);
}

/** The places that decide a test: until one of them is assigned it ends the same way. */
export function placesOfTest(leaf: Leaf): Place[] {
  if (leaf.test === 'opaque') return leaf.uses;
  return operandsOf(leaf).flatMap((operand) => {
    const stmt = pureCallOf(leaf, operand);
    return stmt ? placesOfCall(stmt) : placesOf(operand);
  });
}

export function testText(leaf: Question): string {
  const text = (operand: Operand): string => {
    const stmt = pureCallOf(leaf, operand);
    return stmt ? callText(stmt) : operandText(operand);
  };
  if (leaf.test === 'truth') return `truth ${text(leaf.value)}`;
  const op = leaf.op === '!=' ? '==' : leaf.op === '>=' ? '<' : leaf.op === '<=' ? '>' : leaf.op;
  return `${op} ${text(leaf.left)} ${text(leaf.right)}`;
}

/** The outcome that says: nobody has put a function into this field, which is called if there is one. Null: it asks for something else. */
export function isUnset(graph: Graph, leaf: Leaf): boolean | null {
  if (leaf.test === 'opaque' || (leaf.test === 'compare' && leaf.op !== '==' && leaf.op !== '!=')) return null;
  const places = operandsOf(leaf).flatMap((operand) => (operand.kind === 'place' && !isPlain(operand.place) ? [operand.place] : []));
  const isNull = leaf.test === 'truth' || operandsOf(leaf).some((operand) => operand.kind === 'const' && operand.value === null);
  const [field] = places;
  if (field === undefined || places.length > 1 || !isNull) return null;
  const isCalled = graph.nodes.some(({ op }) => op.op === 'call' && op.stmt.callee.kind === 'value' && op.stmt.callee.place === field);
  return isCalled ? leaf.test === 'compare' && leaf.op === '==' : null;
}

function operandsOf(leaf: Question): Operand[] {
  return leaf.test === 'truth' ? [leaf.value] : [leaf.left, leaf.right];
}

/** The call among those right before the test that gives this operand, if the same call again gives the same. */
function pureCallOf(leaf: Question, operand: Operand): CallStmt | null {
  if (operand.kind !== 'place') return null;
  const stmt = leaf.before?.find((one): one is CallStmt => one.do === 'call' && one.results[0] === operand.place);
  if (stmt?.pure !== true) return null;
  const isData = stmt.args.every(
    ({ value, spread }) => !spread && (value.kind === 'place' || value.kind === 'const' || value.kind === 'name'),
  );
  return isData && placesOfCall(stmt).every((place) => !isTemporary(place)) ? stmt : null;
}

function placesOfCall(stmt: CallStmt): Place[] {
  return [...(stmt.callee.kind === 'method' ? [stmt.callee.receiver] : []), ...stmt.args.flatMap((arg) => placesOf(arg.value))];
}

function callText({ callee, args }: CallStmt): string {
  const name = callee.kind === 'method' ? `${callee.receiver}.${callee.name}` : callee.kind === 'api' ? callee.name : '';
  return `${name}(${args.map((arg) => `${arg.name ?? ''} ${operandText(arg.value)}`).join(' ')})`;
}

function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'place':
      return operand.place;
    case 'const':
      return JSON.stringify(operand.value);
    case 'name':
      return operand.name;
    case 'derived':
      return `${operand.how}(${operandText(operand.of)})`;
    case 'function':
      return operand.id;
    default:
      return `~${JSON.stringify(operand.range ?? null)}`;
  }
}
