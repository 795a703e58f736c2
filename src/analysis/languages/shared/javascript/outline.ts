/** The outline of a file: imports, functions, classes, what others can use of it. Bodies are lowered on demand. */

import { commentOf } from '../comments.js';
import type { FileIr, FunctionDecl, FunctionIr, Lowered } from '../../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import { lowerFunction, lowerModule } from './functions.js';
import { hoist } from './hoist.js';
import { emptyFunction, memberName } from './nodes.js';
import { Scope, moduleName, qualifiedName } from './scope.js';
import type { FileContext, Parts } from './scope.js';
import { annotated } from './types.js';

const testFrameworks =
  /^(?:mocha|chai|vitest|jest|@jest\/globals|node:test|test|ava|tap|tape|uvu|bun:test|@playwright\/test|jasmine|qunit)(?:[./]|$)/;
const testCalls = /^(?:describe|it|test|suite|context|QUnit)(?:\.\w+)*$/;

/** What the outline looks into. */
const outlined =
  /^(?:program|export_(?:statement|clause|specifier)|import_\w+|named_imports|namespace_import|namespace_export|class|class_heritage|extends_clause|(?:abstract_)?class_declaration|class_body|method_definition|(?:generator_)?function_declaration|lexical_declaration|variable_declaration|variable_declarator|ambient_declaration|expression_statement|assignment_expression|internal_module|object_pattern|pair_pattern)$/;

export function descends(type: string, parent: string): boolean {
  return (
    outlined.test(type) ||
    (type === 'object' && parent === 'assignment_expression') ||
    (type === 'statement_block' && parent === 'internal_module')
  );
}

export function outlineFile(tree: SyntaxTree, parts: Parts): FileIr {
  const file: FileContext = {
    parts,
    functions: [],
    declared: [],
    classes: [],
    ids: new Set(),
    asyncMethods: new Map(),
    known: new WeakMap(),
    isTest: false,
    settling: [],
  };
  const scope = new Scope(file, null, '<module>', null);
  const statements = tree.root.parts;
  hoist(statements, scope);
  const exported: Record<string, string> = {};
  for (const node of statements) exportsOf(node, scope, exported);
  file.isTest = isTestFile(statements, scope);
  const functions = file.declared.map((one): FunctionDecl => {
    const { range, nameRange } = emptyFunction(one.id, one.name, one.kind, one.node);
    const type = annotated(one.node.child('return_type'), scope);
    return {
      id: one.id,
      name: one.name,
      kind: one.kind,
      className: one.className,
      range,
      nameRange,
      start: one.node.start,
      end: one.node.end,
      ...(type === null ? {} : { results: [type] }),
      lower: () => collect(file, () => lowerFunction(one, scope)),
    };
  });
  const module = emptyFunction('<module>', 'module', 'module', tree.root);
  functions.push({ ...module, start: 0, end: tree.root.end, lower: () => collect(file, () => lowerModule(module, tree.root, scope)) });
  const imported = Object.fromEntries(
    [...scope.names].flatMap(([name, binding]): [string, string][] => (binding.is === 'import' ? [[name, binding.name]] : [])),
  );
  return {
    functions,
    classes: [...file.classes],
    imports: [],
    imported,
    exported,
    globals: { ...scope.types },
    comments: tree.comments.map(commentOf),
    errors: tree.errors.map((node) => ({
      line: node.startRow + 1,
      message: node.missing ? `\`${node.type}\` is missing` : 'this could not be parsed',
    })),
  };
}

/** What one lowering adds to the file. */
function collect(file: FileContext, lower: () => void): Lowered {
  const classes = file.classes.length;
  const functions: FunctionIr[] = [];
  file.functions = functions;
  lower();
  shareCaptures(functions);
  return { functions, classes: file.classes.slice(classes) };
}

/** Who calls a function inside, or hands it on, uses the variables that it uses. */
function shareCaptures(functions: readonly FunctionIr[]): void {
  const byId = new Map(functions.map((fn) => [fn.id, fn]));
  const named = new Map(functions.map((fn) => [fn, functionsNamedIn(fn.body).flatMap((id) => byId.get(id) ?? [])]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [fn, others] of named) {
      const own = new Set([...fn.locals, ...fn.captures, ...fn.params.map(({ name }) => name)]);
      const more = [...new Set(others.flatMap(({ captures }) => captures))].filter((place) => !own.has(place));
      fn.captures.push(...more);
      changed ||= more.length > 0;
    }
  }
}

function functionsNamedIn(body: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object') {
      if ('kind' in value && (value.kind === 'function' || value.kind === 'local') && 'id' in value && typeof value.id === 'string')
        found.add(value.id);
      for (const [key, inner] of Object.entries(value)) if (key !== 'range') visit(inner);
    }
  };
  visit(body);
  return [...found];
}

function isTestFile(statements: readonly SyntaxNode[], scope: Scope): boolean {
  if ([...scope.names.values()].some((binding) => binding.is === 'import' && testFrameworks.test(binding.name))) return true;
  return statements.some((node) => {
    const call = node.type === 'expression_statement' ? node.parts[0] : undefined;
    const fn = call?.type === 'call_expression' ? call.child('function') : null;
    return fn !== null && fn !== undefined && testCalls.test(fn.text) && scope.lookup(fn.text) === null;
  });
}

/** What others know of this file: the exported name, and what it is here. */
function exportsOf(node: SyntaxNode, scope: Scope, exported: Record<string, string>): void {
  if (node.type === 'export_statement') return exportStatement(node, scope, exported);
  const assigned = node.type === 'expression_statement' ? node.parts[0] : undefined;
  const [left, right] = assigned?.type === 'assignment_expression' ? [assigned.child('left'), assigned.child('right')] : [];
  const name = left ? /^(?:module\.)?exports(?:\.(\w+))?$/.exec(left.text) : null;
  if (!name || !right) return;
  if (name[1] === undefined && right.type === 'object') {
    for (const part of right.parts) {
      const key = part.type === 'shorthand_property_identifier' ? part.text : (part.child('key')?.text ?? memberName(part));
      if (key) exported[key] = targetOf(part.type === 'pair' ? (part.child('value') ?? part) : part, scope) ?? key;
    }
  } else exported[name[1] ?? 'default'] = targetOf(right, scope) ?? name[1] ?? 'default';
}

function exportStatement(node: SyntaxNode, scope: Scope, exported: Record<string, string>): void {
  const source = node.child('source');
  const module = source ? moduleName(source) : null;
  for (const one of node.first('export_clause')?.parts ?? []) {
    const name = one.child('name')?.text ?? '';
    const what = module === null ? targetOf(one.child('name') ?? one, scope) : `${module}.${name}`;
    if (what !== null) exported[one.child('alias')?.text ?? name] = what;
  }
  if (module !== null && !node.first('export_clause') && node.has('*')) exported[`* ${module}`] = module;
  const declaration = node.child('declaration') ?? node.child('value') ?? node.parts.find((part) => part.type === 'identifier');
  if (!declaration) return;
  const own = node.has('default') || node.has('=') ? 'default' : null;
  if (declaration.type === 'lexical_declaration' || declaration.type === 'variable_declaration') {
    for (const part of declaration.parts) {
      const name = part.child('name')?.text;
      if (name) exported[name] = scope.names.get(name)?.is === 'import' ? (targetOf(part.child('name') ?? part, scope) ?? name) : name;
    }
    return;
  }
  const name = declaration.child('name')?.text ?? (declaration.type === 'identifier' ? declaration.text : 'default');
  exported[own ?? name] = targetOf(declaration, scope) ?? name;
}

/** The function, class or import that an exported value is. */
function targetOf(node: SyntaxNode, scope: Scope): string | null {
  const known = scope.file.known.get(node);
  if (known !== undefined) return known;
  if (!/identifier/.test(node.type))
    return node.type === 'member_expression' || node.type === 'call_expression'
      ? qualifiedName(node, scope)
      : (node.child('name')?.text ?? null);
  const binding = scope.lookup(node.text);
  return binding?.is === 'function' ? binding.id : binding?.is === 'class' || binding?.is === 'import' ? binding.name : node.text;
}
