/** Statements inside statements. */

import type { Stmt, Test, CallStmt } from './ir.js';

/** The statement lists directly inside a statement. */
export function bodiesOf(stmt: Stmt): Stmt[][] {
  switch (stmt.do) {
    case 'if':
      return [...beforesOf(stmt.test), stmt.then, stmt.else];
    case 'loop':
      return [...beforesOf(stmt.test), stmt.body, stmt.step ?? [], stmt.orElse ?? []];
    case 'switch':
      return stmt.cases.flatMap((arm) => [...(arm.tests ?? []).flatMap(beforesOf), arm.body]);
    case 'try':
      return [stmt.body, ...stmt.handlers.map((handler) => handler.body), stmt.orElse ?? [], stmt.finally ?? []];
    case 'defer':
    case 'block':
      return [stmt.body];
    case 'return':
      return typeof stmt.failure === 'object' ? beforesOf(stmt.failure) : [];
    default:
      return [];
  }
}

function beforesOf(test: Test): Stmt[][] {
  switch (test.test) {
    case 'and':
    case 'or':
      return [...beforesOf(test.left), ...beforesOf(test.right)];
    case 'not':
      return beforesOf(test.of);
    case 'always':
    case 'never':
      return [];
    default:
      return test.before ? [test.before] : [];
  }
}

export function callsOf(stmts: readonly Stmt[]): CallStmt[] {
  return stmts.flatMap((stmt) => [...(stmt.do === 'call' ? [stmt] : []), ...bodiesOf(stmt).flatMap(callsOf)]);
}
