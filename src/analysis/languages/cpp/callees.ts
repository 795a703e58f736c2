/** Who is called, where C++ has more to say of it than C. */

import { own } from '../../flow/own.js';
import type { Callee } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/cfamily/context.js';
import { cpp, memberNamed, self } from './context.js';
import type { CppContext } from './context.js';
import { lambda } from './lambdas.js';
import { dotted, lastOf } from './types.js';
import { classNamed, functionsNamed, isOverloaded, shapeIn, takenBy, wholeName } from './unit.js';
import type { CppDefinition } from './unit.js';

/** Who is called: methods, functions of classes and namespaces; null for what is as in C. */
export function calleeIn(context: Context, fn: SyntaxNode): Callee | null {
  const cx = cpp(context);
  switch (fn.type) {
    case 'field_expression':
      return methodOf(cx, fn);
    case 'identifier':
      return cx.lookup(fn.text) ? null : (memberCallee(cx, fn, fn.text) ?? overloaded(cx, fn, fn.text));
    case 'template_function':
      return functionNamed(cx, fn, fn.child('name')?.text ?? '');
    case 'qualified_identifier':
      return qualifiedCallee(cx, fn);
    case 'lambda_expression': {
      const value = lambda(cx, fn);
      return value.kind === 'function' ? { kind: 'local', id: value.id } : null;
    }
    default:
      return null;
  }
}

function functionNamed(cx: CppContext, fn: SyntaxNode, name: string): Callee {
  const member = memberCallee(cx, fn, name);
  if (member) return member;
  const id = cx.unit.functions.get(name);
  return id === undefined ? { kind: 'api', name } : { kind: 'local', id };
}

/** A method of the class, called without an object. */
function memberCallee(cx: CppContext, fn: SyntaxNode, name: string): Callee | null {
  const { method } = memberNamed(cx, name);
  if (!method) return null;
  if (method.declared.get(name)?.isStatic) return staticOf(fn, method.methods.get(name), `${method.name}.${name}`);
  return { kind: 'method', receiver: self, name, ...(cx.className === null ? {} : { type: cx.className }) };
}

function overloaded(cx: CppContext, fn: SyntaxNode, name: string): Callee | null {
  return isOverloaded(cx.unit, name) ? staticOf(fn, functionsNamed(cx.unit, name), name) : null;
}

/** Of several functions of a class the one that takes as many; where that tells nothing, nobody knows which. */
function staticOf(fn: SyntaxNode, all: readonly CppDefinition[] | undefined, name: string): Callee {
  const given = fn.parent?.type === 'call_expression' ? (fn.parent.child('arguments')?.parts.length ?? 0) : 0;
  const taking = (all?.length ?? 0) > 1 ? all?.filter((one) => takenBy(one) === given) : all;
  const [one] = taking ?? [];
  return one === undefined || taking?.length !== 1 ? { kind: 'api', name } : { kind: 'local', id: one.id };
}

function methodOf(cx: CppContext, fn: SyntaxNode): Callee | null {
  const argument = fn.child('argument');
  const field = fn.child('field');
  const receiver = argument ? cx.place(argument) : null;
  if (!field) return null;
  if (receiver === null) return { kind: 'api', name: '' };
  const name = lastOf(dotted(field.type === 'template_method' ? (field.child('name')?.text ?? '') : field.text));
  const type = receiver === self ? (cx.className ?? '') : shapeIn(cx.unit, (own(cx.types, receiver) ?? '').replace(/ \*+$/, '')).name;
  const cls = classNamed(cx.unit, type);
  if (cls?.fields.has(name) && !cls.declared.has(name)) return { kind: 'value', place: `${receiver}.${name}` };
  // A field without `this` in front of it.
  const written = argument?.type === 'identifier' ? { written: argument.text } : {};
  return { kind: 'method', receiver, name: name.startsWith('~') ? '~' : name, ...(type === '' ? {} : { type }), ...written };
}

/** Functions that the C++ standard library has from C ([support.c.headers]). */
const ofC =
  /^(?:v?[fs]?n?printf|[fs]?scanf|f?puts|f?putc|putchar|perror|f(?:open|close|read|write|gets|flush|eof|error)|mem(?:cpy|move|set|cmp|chr)|str\w+|to(?:lower|upper)|is[a-z]+|exit|_Exit|abort|quick_exit|atexit|signal|raise|malloc|calloc|realloc|free|ato[ifl]+|getenv|system|rand|srand|abs|time|clock|localtime|gmtime)$/;

/** `Base::f()`, `Class::make()`, `ns::f()`, `::f()`. */
function qualifiedCallee(cx: CppContext, fn: SyntaxNode): Callee {
  const name = wholeName(cx.unit, dotted(fn.text));
  const last = lastOf(name);
  const scope = name.slice(0, Math.max(0, name.length - last.length - 1));
  if (scope === '') {
    const id = cx.unit.functions.get(last);
    return id === undefined ? { kind: 'api', name: last } : { kind: 'local', id };
  }
  if (name.startsWith('std.')) return { kind: 'api', name: scope === 'std' && ofC.test(last) ? last : name };
  const owner = classNamed(cx.unit, scope);
  if (owner) {
    const isOwn = cx.className !== null && !owner.declared.get(last)?.isStatic && memberNamed(cx, last).method !== null;
    if (isOwn) return { kind: 'method', receiver: self, name: last, in: owner.name };
    return staticOf(fn, owner.methods.get(last), `${owner.name}.${last}`);
  }
  const isBase = cx.cls?.bases.some((base) => lastOf(base) === lastOf(scope)) ?? false;
  if (isBase) return { kind: 'method', receiver: self, name: last, in: scope };
  const id = cx.unit.functions.get(last);
  return id !== undefined && !/^[A-Z]/.test(lastOf(scope)) ? { kind: 'local', id } : { kind: 'api', name };
}
