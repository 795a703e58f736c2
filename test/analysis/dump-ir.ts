/** The neutral IR as short text, for tests and for people. */

import type { FileIr, FunctionIr, Operand, Stmt, Test } from '../../src/analysis/flow/ir.js';

/** All functions of a file, lowered. */
export function lowerAll(file: FileIr): FunctionIr[] {
  return file.functions.flatMap((decl) => decl.lower().functions);
}

export function dumpIr(functions: readonly FunctionIr[]): string {
  return functions
    .map((fn) => {
      const params = fn.params.map((param) => param.name).join(', ');
      return [`${fn.id}(${params})${fn.broken ? ' broken' : ''}`, ...dumpBody(fn.body, 1)].join('\n');
    })
    .join('\n');
}

function dumpBody(stmts: readonly Stmt[], depth: number): string[] {
  return stmts.flatMap((stmt) => dump(stmt, depth));
}

function dump(stmt: Stmt, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const line = (text: string): string => pad + text;
  switch (stmt.do) {
    case 'call': {
      const callee =
        stmt.callee.kind === 'api' ? stmt.callee.name : stmt.callee.kind === 'local' ? `@${stmt.callee.id}` : JSON.stringify(stmt.callee);
      const results = stmt.results.map((r) => r ?? '_').join(', ');
      return [
        line(
          `${results} := ${callee}(${stmt.args.map((arg) => operand(arg.value)).join(', ')})${stmt.like ? ` ~ ${stmt.like.name}(${stmt.like.args.map((arg) => operand(arg.value)).join(', ')})` : ''}`,
        ),
      ];
    }
    case 'assign':
      return [line(`${stmt.to} = ${operand(stmt.from)}`)];
    case 'if':
      return [
        ...befores(stmt.test, depth),
        line(`if ${test(stmt.test)}`),
        ...dumpBody(stmt.then, depth + 1),
        ...(stmt.else.length > 0 ? [line('else'), ...dumpBody(stmt.else, depth + 1)] : []),
      ];
    case 'loop':
      return [
        line(`loop ${stmt.testAtEnd ? 'until the end ' : ''}${test(stmt.test)}`),
        ...befores(stmt.test, depth + 1),
        ...dumpBody(stmt.body, depth + 1),
        ...(stmt.step?.length ? [line('step'), ...dumpBody(stmt.step, depth + 1)] : []),
      ];
    case 'switch':
      return stmt.cases.flatMap((arm) => [
        line(`case ${arm.tests === null ? 'default' : arm.tests.map(test).join(', ')}${arm.fallsThrough ? ' >' : ''}`),
        ...dumpBody(arm.body, depth + 1),
      ]);
    case 'try':
      return [line('try'), ...dumpBody(stmt.body, depth + 1), line('finally'), ...dumpBody(stmt.finally ?? [], depth + 1)];
    case 'block':
      return [line(`block ${stmt.label ?? ''}`), ...dumpBody(stmt.body, depth + 1)];
    case 'return': {
      const failure = typeof stmt.failure === 'object' ? ` fails if ${test(stmt.failure)}` : stmt.failure ? ' fails' : '';
      return [line(`return ${stmt.values.map(operand).join(', ')}${failure}`)];
    }
    case 'goto':
    case 'label':
      return [line(`${stmt.do} ${stmt.label}`)];
    case 'break':
    case 'continue':
      return [line(`${stmt.do} ${stmt.label ?? ''}`)];
    case 'escape':
      return [line(`escape ${stmt.places.join(', ')}`)];
    default:
      return [line(stmt.do)];
  }
}

function befores(of: Test, depth: number): string[] {
  switch (of.test) {
    case 'and':
    case 'or':
      return [...befores(of.left, depth), ...befores(of.right, depth)];
    case 'not':
      return befores(of.of, depth);
    case 'always':
    case 'never':
      return [];
    default:
      return dumpBody(of.before ?? [], depth).map((text) => text.replace(/^( *)/, '$1? '));
  }
}

function test(of: Test): string {
  switch (of.test) {
    case 'and':
    case 'or':
      return `(${test(of.left)} ${of.test} ${test(of.right)})`;
    case 'not':
      return `not ${test(of.of)}`;
    case 'compare':
      return `${operand(of.left)} ${of.op} ${operand(of.right)}`;
    case 'truth':
      return operand(of.value);
    case 'opaque':
      return `«${of.text ?? '?'}»`;
    default:
      return of.test;
  }
}

function operand(of: Operand): string {
  switch (of.kind) {
    case 'place':
      return of.place;
    case 'const':
      return JSON.stringify(of.value);
    case 'name':
      return `:${of.name}`;
    case 'function':
      return `@${of.id}`;
    case 'tuple':
      return `(${of.items.map(operand).join(' | ')})`;
    case 'derived':
      return `${of.how}(${operand(of.of)})`;
    case 'record':
      return `{${Object.entries(of.fields)
        .map(([k, v]) => `${k}: ${operand(v)}`)
        .join(', ')}}`;
    case 'opaque':
      return `?(${of.uses.join(', ')})`;
  }
}
