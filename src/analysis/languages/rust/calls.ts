/** Rust calls: what is called, and with what. */

import type { Arg, Callee, Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import { begun, chained } from './builders.js';
import type { Context } from './context.js';
import { inPlace, literal } from './functions.js';
import { segments } from './names.js';
import { owned } from './objects.js';
import { bothWays, joined } from './relays.js';
import { byName } from '../../flow/by-name.js';

/** Methods that give what they are called on: it, its view, or it with another error. */
const passing = new Set(
  (
    'map_err context with_context wrap_err wrap_err_with ok ok_or ok_or_else as_ref as_mut as_deref as_deref_mut clone ' +
    'cloned borrow borrow_mut lock write_owned by_ref to_owned into boxed fuse await_ok get_mut get_ref as_slice deref ' +
    'deref_mut unwrap_or_default inspect_err or_else into_future instrument in_current_span compat as_pin_mut'
  ).split(' '),
);
/** Methods that end the program where there is nothing. */
const demanding = new Set(['unwrap', 'expect']);
/** Methods that cannot hurt on anything: numbers, text, logging, containers of plain data. */
const harmless = new Set(
  (
    'len is_empty to_string as_str as_bytes to_vec trim parse push_str starts_with ends_with contains kind raw_os_error ' +
    'elapsed as_secs as_millis now format iter iter_mut to_lowercase to_uppercase split lines chars extend_from_slice ' +
    'clear resize capacity reserve ip port is_ipv4 is_ipv6 octets checked_add checked_sub saturating_sub saturating_add ' +
    'wrapping_add min max load store fetch_add fetch_sub copy_from_slice to_be_bytes from_be_bytes to_socket_addrs ' +
    'set_len with_capacity into_boxed_str unwrap_or unwrap_or_else as_ptr as_mut_ptr is_some_and is_ok_and tick recv ' +
    'try_recv subscribe changed notified'
  ).split(' '),
);
const units: Record<string, number> = byName({
  from_secs: 1,
  from_millis: 1e-3,
  from_micros: 1e-6,
  from_nanos: 1e-9,
  from_mins: 60,
  from_hours: 3600,
  from_secs_f32: 1,
  from_secs_f64: 1,
  seconds: 1,
});
/** What ends the calls in a future after a time: argument 0 says when. */
const limits = /(?:^|\.)(?:timeout|timeout_at)$/;
const joins = /(?:^|\.)(?:try_join|join|try_join_all)$/;

export function invocation(cx: Context, node: SyntaxNode): Operand {
  const callee = node.child('function');
  const nodes = node.child('arguments')?.parts ?? [];
  if (!callee) return { kind: 'opaque', uses: [], range: node.span };
  const target = callee.type === 'generic_function' ? (callee.child('function') ?? callee) : callee;
  return target.type === 'field_expression' ? method(cx, node, target, nodes) : plain(cx, node, target, nodes);
}

/** Arguments; a future or a closure is a function where it is run elsewhere. */
function argumentsOf(cx: Context, nodes: readonly SyntaxNode[]): Arg[] {
  return nodes.map((node) => ({ value: node.type === 'async_block' ? literal(cx, node) : cx.parts.operand(cx, node) }));
}

function method(cx: Context, node: SyntaxNode, target: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const object = target.child('value');
  const name = target.child('field')?.text ?? '';
  const range = node.span;
  if (!object) return { kind: 'opaque', uses: [], range };
  if (object.type === 'async_block') return inPlace(cx, object.first('block'), object);
  if (name === 'timeout' && nodes.length === 2) return limited(cx, nodes[0] as SyntaxNode, nodes[1] as SyntaxNode);
  if (name === 'timeout' && nodes.length === 1 && object.type === 'call_expression') {
    const ended = limited(cx, nodes[0] as SyntaxNode, object);
    return chained(cx, ended, name, nodes, node) ?? ended;
  }
  if (isSpawn(name) || (name === 'execute' && nodes[0]?.type === 'closure_expression')) {
    cx.parts.operand(cx, object);
    return spawn(cx, node, nodes);
  }
  const value = cx.parts.operand(cx, object);
  const link = chained(cx, value, name, nodes, node);
  if (link) return link;
  if (passing.has(name)) {
    for (const part of nodes) if (!/closure|literal/.test(part.type)) cx.parts.operand(cx, part);
    return value;
  }
  if (demanding.has(name)) return demanded(cx, value, node);
  const args = argumentsOf(cx, nodes);
  const receiver = cx.place(value, object.span);
  return emitted(cx, node, { kind: 'method', receiver, name }, args, harmless.has(name));
}

/** `unwrap`: nothing ends the thread. */
function demanded(cx: Context, value: Operand, node: SyntaxNode): Operand {
  if (value.kind !== 'place') return value;
  const range = node.span;
  cx.emit({
    do: 'if',
    test: { test: 'compare', op: '==', left: value, right: { kind: 'const', value: null }, range },
    then: [{ do: 'exit', range }],
    else: [],
    range,
  });
  return value;
}

function plain(cx: Context, node: SyntaxNode, target: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const path = segments(target);
  const last = path.at(-1) ?? '';
  const range = node.span;
  const [first] = nodes;
  if (path.length === 1 && cx.lookup(last)) return viaVariable(cx, node, last, nodes);
  if (
    last === 'Ok' ||
    last === 'Some' ||
    (path.length === 2 && /^(?:new|clone)$/.test(last) && /^(?:Box|Arc|Rc|Mutex|RwLock|RefCell|Cell|TokioIo)$/.test(path[0] ?? '')) ||
    (last === 'pin' && nodes.length === 1)
  )
    return first ? cx.parts.operand(cx, first) : { kind: 'const', value: true, range };
  if (last === 'Err' || last === 'bail' || (last === 'ensure' && path.length <= 2)) return failed(cx, node, last, nodes);
  const full = cx.names.qualify(path, cx.cls);
  const start = begun(full, node);
  if (start) return start;
  const unit = units[last];
  if (unit !== undefined && path.at(-2) === 'Duration') return duration(cx, first, unit, node);
  if (limits.test(full) && nodes.length === 2) return limited(cx, first as SyntaxNode, nodes[1] as SyntaxNode);
  if (joins.test(full) && nodes.length > 1) return joined(cx, full, node, nodes);
  if ((last === 'write' || last === 'writeln') && path.length === 1 && !cx.names.functions.has(last)) return written(cx, node, nodes);
  if (isSpawn(last) && !cx.names.functions.has(full)) return spawn(cx, node, nodes);
  if (/^[A-Z]/.test(last) && !cx.names.functions.has(full)) return constructed(cx, node, path, nodes);
  const args = argumentsOf(cx, nodes);
  const callee = calleeOf(cx, bothWays(cx, ofParameter(cx, full, first)));
  return emitted(cx, node, callee.kind === 'api' ? { ...callee, written: path.join('::') } : callee, args, false);
}

/** `SockRef::from(stream)` on what a caller has: the options of a helper are looked at there, too. */
function ofParameter(cx: Context, full: string, given: SyntaxNode | undefined): string {
  if (full !== 'socket2.SockRef.from' || !given) return full;
  const inner = given.type === 'reference_expression' ? given.child('value') : given;
  const variable = inner?.type === 'identifier' ? cx.lookup(inner.text) : null;
  return variable && cx.frame.params.has(variable.root) ? 'socket2.SockRef.of_parameter' : full;
}

function calleeOf(cx: Context, full: string): Callee {
  const own = cx.names.functions.get(full);
  if (own) return { kind: 'local', id: own.id };
  const dot = full.lastIndexOf('.');
  const cls = dot > 0 ? cx.names.classes.get(full.slice(0, dot)) : undefined;
  const found = cls?.methods.get(full.slice(dot + 1));
  return found ? { kind: 'local', id: found.id } : { kind: 'api', name: full };
}

function emitted(cx: Context, node: SyntaxNode, callee: Callee, args: Arg[], isHarmless: boolean): Operand {
  const result = cx.frame.temporary();
  const range = node.span;
  cx.call({ callee, args, results: [result], mode: 'plain', ...(isHarmless ? { harmless: true } : {}), range });
  return { kind: 'place', place: result, range };
}

function viaVariable(cx: Context, node: SyntaxNode, name: string, nodes: readonly SyntaxNode[]): Operand {
  const variable = cx.lookup(name);
  const args = argumentsOf(cx, nodes);
  const callee: Callee =
    variable?.functionId === undefined ? { kind: 'value', place: variable?.root ?? '%0' } : { kind: 'local', id: variable.functionId };
  return emitted(cx, node, callee, args, false);
}

/** `Err(e)`: nothing; `bail!` leaves the function with it. */
function failed(cx: Context, node: SyntaxNode, last: string, nodes: readonly SyntaxNode[]): Operand {
  const range = node.span;
  const value: Operand = { kind: 'const', value: null, range };
  if (last === 'ensure') {
    if (nodes[0]) cx.parts.operand(cx, nodes[0]);
    return { kind: 'opaque', uses: [], range };
  }
  for (const part of nodes) if (!/literal/.test(part.type)) cx.parts.operand(cx, part);
  if (last === 'bail') cx.emit({ do: 'return', values: [value], failure: true, range });
  return value;
}

function duration(cx: Context, node: SyntaxNode | undefined, unit: number, whole: SyntaxNode): Operand {
  const value: Operand = node ? cx.parts.operand(cx, node) : { kind: 'opaque', uses: [] };
  if (value.kind === 'const' && typeof value.value === 'number') return { kind: 'const', value: value.value * unit, range: whole.span };
  return { kind: 'opaque', uses: usesOf(value), range: whole.span };
}

/** `timeout(limit, future)`: the calls in the future end in time. */
function limited(cx: Context, limit: SyntaxNode, future: SyntaxNode): Operand {
  const outer = cx.limit;
  const given = cx.parts.operand(cx, limit);
  cx.limit = given.kind === 'const' ? given : null;
  const value = cx.parts.operand(cx, future);
  cx.limit = outer;
  return value;
}

/** `write!(stream, …)`. */
function written(cx: Context, node: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const [target, ...rest] = nodes;
  const values = rest.map((part) => cx.parts.operand(cx, part));
  const receiver = target ? cx.place(cx.parts.operand(cx, target), target.span) : '%0';
  return emitted(
    cx,
    node,
    { kind: 'method', receiver, name: 'write_fmt' },
    values.slice(0, 1).map((value) => ({ value })),
    false,
  );
}

/** Whole words of what runs a future or closure on its own. */
function isSpawn(name: string): boolean {
  return name.split('_').includes('spawn') || name === 'spawn';
}

function spawn(cx: Context, node: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const limit = cx.limit;
  cx.limit = undefined;
  const range = node.span;
  let value: Operand = { kind: 'opaque', uses: [] };
  for (const part of nodes) {
    const run = /^(?:async_block|closure_expression)$/.test(part.type) ? part : null;
    if (run) value = literal(cx, run);
    else if (part.type === 'call_expression') {
      const from = cx.out.length;
      cx.parts.operand(cx, part);
      // The last call of it is what runs elsewhere.
      for (const stmt of cx.out.slice(from).reverse()) {
        if (stmt.do !== 'call') continue;
        stmt.mode = 'spawn';
        break;
      }
    } else {
      const other = cx.parts.operand(cx, part);
      if (other.kind === 'place' || other.kind === 'function') value = other;
    }
  }
  cx.limit = limit;
  const result = cx.frame.temporary();
  cx.call({ callee: { kind: 'api', name: 'tokio.spawn' }, args: [{ value }], results: [result], mode: 'plain', range });
  return { kind: 'place', place: result, range };
}

/** `Wrapper(x)`, `Enum::Variant(x)`: an object with its parts. */
function constructed(cx: Context, node: SyntaxNode, path: readonly string[], nodes: readonly SyntaxNode[]): Operand {
  const name = path.at(-2);
  const isVariant = path.length > 1 && name !== undefined && /^[A-Z]/.test(name);
  const type = cx.names.qualify(isVariant ? path.slice(0, -1) : path, cx.cls);
  const fields: Record<Place, Operand> = Object.fromEntries(nodes.map((part, index) => [String(index), cx.parts.operand(cx, part)]));
  return owned(cx, { kind: 'record', type, fields, range: node.span }, node.span);
}
