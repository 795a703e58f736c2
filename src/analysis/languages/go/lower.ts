/** A Go file as neutral IR: its names first, then its functions one by one. */

import { commentOf } from '../shared/comments.js';
import type { ClassIr, FileIr, FunctionDecl, FunctionIr } from '../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { lowerFunction } from './closures.js';
import { Context, FunctionFrame } from './context.js';
import type { Parts } from './context.js';
import { lowerOperand } from './expressions.js';
import { FileNames } from './names.js';
import type { TypeInfo } from './names.js';
import { lowerBody } from './statements.js';
import { lowerTest } from './tests.js';

const parts: Parts = { operand: lowerOperand, body: lowerBody, test: lowerTest };

/** What the file declares; bodies of functions are lowered on demand. */
export function outlineFile(tree: SyntaxTree): FileIr {
  const names = new FileNames();
  const top = tree.root.children.flatMap((node) => (node.isError ? node.children : [node]));
  for (const node of top) collectNames(names, node);
  for (const node of top) if (node.type === 'const_declaration') collectConstants(names, node);
  const ids = declareFunctions(names, top);
  for (const node of top) if (node.type === 'var_declaration') collectGlobals(names, node);
  const functions = ids.map(([node, id]): FunctionDecl => declarationOf(names, node, id));
  functions.push(moduleOf(names, tree.root, top));
  return {
    functions,
    classes: classesOf(names),
    imports: [...new Set(names.imports.values())],
    globals: globalsOf(names),
    comments: tree.comments.map(commentOf),
    errors: tree.errors.map(errorOf),
  };
}

/** Nodes that an outline looks into. */
const outlined =
  /^(source_file|import_declaration|import_spec_list|import_spec|type_declaration|type_spec|struct_type|field_declaration_list|field_declaration|function_declaration|method_declaration|function_type|interface_type|method_elem|method_spec|type_elem|constraint_elem|parameter_list|parameter_declaration|pointer_type|qualified_type|package_clause)$/;

export function descends(type: string): boolean {
  return outlined.test(type);
}

function declarationOf(names: FileNames, node: SyntaxNode, id: string): FunctionDecl {
  const nameNode = node.child('name') ?? node;
  const receiver = receiverOf(names, node);
  const kind = receiver ? 'method' : 'function';
  const className = receiver?.type ?? null;
  return {
    id,
    name: nameNode.text,
    kind,
    className,
    range: node.span,
    nameRange: nameNode.span,
    start: node.start,
    end: node.end,
    results: names.signatures.get(id)?.results ?? [],
    lower: () => {
      const functions: FunctionIr[] = [];
      const cx = new Context(names, parts, functions, new FunctionFrame(id, nameNode.text, node, null), null);
      functions.push(lowerFunction(cx, { kind, className, receiver, nameNode }));
      return { functions, classes: [] };
    },
  };
}

function collectNames(names: FileNames, node: SyntaxNode): void {
  if (node.type === 'import_declaration') {
    for (const part of node.parts)
      for (const spec of part.type === 'import_spec_list' ? part.parts : [part]) if (spec.type === 'import_spec') names.addImport(spec);
  }
  if (node.type !== 'type_declaration') return;
  for (const spec of node.parts) {
    const name = spec.child('name')?.text;
    const type = spec.child('type');
    if (name !== undefined && type) declareType(names, name, type, spec);
  }
}

function declareType(names: FileNames, name: string, type: SyntaxNode, spec: SyntaxNode): void {
  const info = names.type(name, spec);
  if (type.type === 'interface_type') declareInterface(names, type, info);
  if (type.type === 'function_type') {
    info.kind = 'func';
    info.results.set('', names.resultsOf(type));
  }
  if (type.type !== 'struct_type') return;
  info.kind = 'struct';
  for (const field of type.first('field_declaration_list')?.parts ?? []) {
    if (field.type !== 'field_declaration') continue;
    const resolved = names.resolveType(field.child('type'));
    const fieldNames = field
      .all('name')
      .filter((node) => node.named)
      .map((node) => node.text);
    if (resolved === null) continue;
    if (fieldNames.length === 0) {
      info.bases.push(resolved);
      fieldNames.push(resolved.split('.').at(-1) ?? resolved);
    }
    const inner = field.child('type');
    for (const fieldName of fieldNames) {
      if (inner?.type === 'function_type') info.results.set(fieldName, names.resultsOf(inner));
      info.fields.set(fieldName, resolved);
      info.order.push(fieldName);
    }
  }
}

function declareInterface(names: FileNames, type: SyntaxNode, info: TypeInfo): void {
  info.kind = 'interface';
  for (const part of type.parts) {
    const name = part.child('name');
    if (name && (part.type === 'method_elem' || part.type === 'method_spec')) info.results.set(name.text, names.resultsOf(part));
    if (part.type === 'type_elem' || part.type === 'constraint_elem') {
      const base = names.resolveType(part.parts[0] ?? null);
      if (base !== null && part.parts.length === 1) info.bases.push(base);
    }
  }
}

/** Constants of the package that this file shows: numbers, texts, and what follows from them. */
function collectConstants(names: FileNames, node: SyntaxNode): void {
  const cx = new Context(names, parts, [], new FunctionFrame('<constants>', '<constants>', node, null), null);
  for (const spec of node.parts) {
    const values = spec.child('value')?.parts ?? [];
    spec
      .all('name')
      .filter((name) => name.named)
      .forEach((name, index) => {
        const value = values[index];
        if (!value) return;
        const operand = cx.parts.operand(cx, value);
        if (operand.kind === 'const' || operand.kind === 'name') names.constants.set(name.text, operand);
      });
  }
}

function declareFunctions(names: FileNames, top: readonly SyntaxNode[]): [SyntaxNode, string][] {
  const found: [SyntaxNode, string][] = [];
  const used = new Map<string, number>();
  for (const node of top) {
    if (node.type !== 'function_declaration' && node.type !== 'method_declaration') continue;
    const name = node.child('name')?.text ?? '';
    const owner = receiverOf(names, node)?.type ?? null;
    const plain = owner === null ? name : `${owner}.${name}`;
    const count = (used.get(plain) ?? 0) + 1;
    used.set(plain, count);
    const id = count === 1 ? plain : `${plain}#${count}`;
    found.push([node, id]);
    if (count > 1) continue;
    const signature = { id, results: names.resultsOf(node) };
    names.signatures.set(id, signature);
    if (owner === null) names.functions.set(name, signature);
    else names.type(owner, node).methods.set(name, id);
  }
  return found;
}

function receiverOf(names: FileNames, node: SyntaxNode): { name: string | null; type: string } | null {
  if (node.type !== 'method_declaration') return null;
  const parameter = node.child('receiver')?.parts[0];
  const name = parameter?.child('name')?.text ?? null;
  return { name: name === '_' ? null : name, type: names.resolveType(parameter?.child('type') ?? null) ?? '?' };
}

/** Types of the package's variables. */
function collectGlobals(names: FileNames, node: SyntaxNode): void {
  const cx = new Context(names, parts, [], new FunctionFrame('<globals>', '<globals>', node, null), null);
  for (const spec of specsOf(node)) {
    const declared = names.resolveType(spec.child('type'));
    const values = spec.child('value')?.parts ?? [];
    spec
      .all('name')
      .filter((name) => name.named)
      .forEach((name, index) => {
        const value = values[index];
        names.globals.set(name.text, declared ?? (value ? literalType(cx, value) : null));
      });
  }
}

function globalsOf(names: FileNames): Record<string, string> {
  return Object.fromEntries([...names.globals].filter((entry): entry is [string, string] => entry[1] !== null));
}

function literalType(cx: Context, value: SyntaxNode): string | null {
  const node = value.type === 'unary_expression' ? value.child('operand') : value;
  return node?.type === 'composite_literal' ? cx.names.resolveType(node.child('type')) : null;
}

function specsOf(node: SyntaxNode): SyntaxNode[] {
  return node.parts.flatMap((part) => (part.type === 'var_spec_list' ? part.parts : [part])).filter((part) => part.type === 'var_spec');
}

/** The initial values of the package's variables. */
function moduleOf(names: FileNames, root: SyntaxNode, top: readonly SyntaxNode[]): FunctionDecl {
  const shape = {
    id: '<module>',
    name: 'package',
    kind: 'module' as const,
    className: null,
    range: root.span,
    nameRange: { ...root.span, endLine: root.startRow + 1, endColumn: root.startColumn + 1 },
  };
  return {
    ...shape,
    start: 0,
    end: root.end,
    lower: () => {
      const functions: FunctionIr[] = [];
      functions.push({ ...shape, ...lowerModule(names, root, top, functions) });
      return { functions, classes: [] };
    },
  };
}

type Module = Omit<FunctionIr, 'id' | 'name' | 'kind' | 'className' | 'range' | 'nameRange'>;

function lowerModule(names: FileNames, root: SyntaxNode, top: readonly SyntaxNode[], functions: FunctionIr[]): Module {
  const frame = new FunctionFrame('<module>', 'package', root, null);
  const cx = new Context(names, parts, functions, frame, null);
  const body = cx.collect(() => {
    for (const node of top) {
      if (node.type !== 'var_declaration') continue;
      for (const spec of specsOf(node)) {
        const targets = spec.all('name').filter((name) => name.named);
        (spec.child('value')?.parts ?? []).forEach((value, index) => {
          const target = targets[index];
          const operand = cx.parts.operand(cx, value);
          if (target && target.text !== '_') cx.assign(target.text, operand, spec.span);
        });
      }
    }
  });
  return { receiver: null, params: [], isAsync: false, isGenerator: false, body, locals: [], captures: [], types: { ...frame.types } };
}

function classesOf(names: FileNames): ClassIr[] {
  return [...names.types.values()]
    .filter((info) => info.kind !== 'other' || info.methods.size > 0)
    .map((info) => ({
      name: info.name,
      bases: info.bases,
      ...(info.kind === 'interface' ? { isStructural: true as const } : info.bases.length > 0 ? { embeds: true as const } : {}),
      methods: Object.fromEntries(info.methods),
      hasDestructor: false,
      fields: Object.fromEntries(info.fields),
      range: info.node.span,
      ...(info.results.size === 0 ? {} : { results: Object.fromEntries(info.results) }),
    }));
}

function errorOf(node: SyntaxNode): { line: number; message: string } {
  const line = node.startRow + 1;
  return { line, message: node.missing ? `${node.type} is missing` : 'not understood' };
}
