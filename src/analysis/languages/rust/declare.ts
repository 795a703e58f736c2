/** The outline of a Rust file: functions, types with their methods; bodies are lowered on demand. */

import { commentOf } from '../shared/comments.js';
import type { ClassIr, FileIr, FunctionDecl, FunctionIr } from '../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { Context, FunctionFrame } from './context.js';
import type { Parts } from './context.js';
import { lowerBlock } from './control.js';
import { lowerOperand } from './expressions.js';
import { lowerFunction } from './functions.js';
import { FileNames, segments } from './names.js';
import type { ClassInfo, MethodInfo } from './names.js';

const parts: Parts = { operand: lowerOperand, block: lowerBlock };

const outlined =
  /^(?:source_file|mod_item|declaration_list|(?:impl|trait|struct|enum|union|type|const|static|function|foreign_mod|attribute)_item|use_.*|scoped_.*|.*_type|type_arguments|field_declaration(?:_list)?|ordered_field_declaration_list|enum_variant(?:_list)?|parameters?|self_parameter|attribute|function_modifiers|call_expression|arguments|token_tree|binary_expression|reference_expression|type_cast_expression)$/;

/** What an outline looks into. */
export function descends(type: string): boolean {
  return outlined.test(type);
}

interface Found {
  names: FileNames;
  functions: { method: MethodInfo; cls: ClassInfo | null }[];
  ids: Map<string, number>;
}

export function outlineFile(tree: SyntaxTree): FileIr {
  const names = new FileNames();
  const found: Found = { names, functions: [], ids: new Map() };
  const top = tree.root.children.flatMap((node) => (node.isError ? node.children : [node]));
  collectNames(names, top);
  collect(found, top, { prefix: '', isTest: false });
  return {
    functions: [...found.functions.map((one) => declarationOf(found, one)), moduleOf(tree.root)],
    classes: [...names.classes.values()].filter((cls) => cls.isHere).map(classIr),
    imports: [...names.imports.values(), ...names.stars],
    imported: Object.fromEntries([...names.imports, ...[...names.modules].map((name) => [name, `self.${name}`] as const)]),
    comments: tree.comments.map(commentOf),
    errors: tree.errors.map((node) => ({
      line: node.startRow + 1,
      message: node.missing ? `\`${node.type}\` is missing` : 'this could not be parsed',
    })),
  };
}

/** Names come before anything that uses them. */
function collectNames(names: FileNames, nodes: readonly SyntaxNode[]): void {
  for (const node of nodes) {
    const name = node.child('name')?.text ?? '';
    if (node.type === 'use_declaration') names.addUse(node.child('argument'));
    else if (/^(?:struct|union|enum|trait)_item$/.test(node.type))
      names.class(name, node, node.type === 'enum_item' ? 'enum' : node.type === 'trait_item' ? 'trait' : 'struct');
    else if (node.type === 'type_item' && node.child('type')) names.aliases.set(name, node.child('type') as SyntaxNode);
    else if (node.type === 'mod_item') {
      const body = node.child('body');
      if (!body) names.modules.add(name);
      else if (!/^tests?$/.test(name)) collectNames(names, body.parts);
    }
  }
}

interface Where {
  prefix: string;
  isTest: boolean;
}

function collect(found: Found, nodes: readonly SyntaxNode[], where: Where): void {
  const { names } = found;
  let attributes = '';
  for (const node of nodes) {
    if (node.type === 'attribute_item') {
      attributes += node.text;
      continue;
    }
    if (/comment$/.test(node.type)) continue;
    const isTest = where.isTest || /\bcfg\s*\(\s*test\b|#\[(?:\w+::)*test\b|#\[(?:bench|rstest)\b/.test(attributes);
    attributes = '';
    const name = node.child('name')?.text ?? '';
    if (node.type === 'function_item') addFunction(found, node, null, { ...where, isTest });
    else if (node.type === 'mod_item') collect(found, node.child('body')?.parts ?? [], { prefix: `${where.prefix}${name}.`, isTest });
    else if (node.type === 'impl_item') addImpl(found, node, isTest);
    else if (node.type === 'trait_item') addMethods(found, names.class(name, node, 'trait'), node.child('body'), isTest);
    else if (/^(?:struct|union)_item$/.test(node.type))
      names.addFields(names.class(name, node, 'struct'), node.child('body') ?? node.first('ordered_field_declaration_list'));
    else if (node.type === 'const_item' || node.type === 'static_item') addConstant(names, name, node.child('value'));
  }
}

function addImpl(found: Found, node: SyntaxNode, isTest: boolean): void {
  const type = node.child('type');
  const name = segments(type).at(-1) ?? '';
  if (!type || name === '') return;
  const cls = found.names.class(name, node, 'other');
  const trait = node.child('trait');
  if (trait) cls.traits.push(segments(trait).at(-1) ?? '');
  addMethods(found, cls, node.child('body'), isTest);
}

function addMethods(found: Found, cls: ClassInfo, body: SyntaxNode | null, isTest: boolean): void {
  let attributes = '';
  for (const node of body?.parts ?? []) {
    if (node.type === 'attribute_item') attributes += node.text;
    else {
      if (node.type === 'function_item')
        addFunction(found, node, cls, { prefix: '', isTest: isTest || /#\[(?:\w+::)*test\b/.test(attributes) });
      attributes = '';
    }
  }
}

function addFunction(found: Found, node: SyntaxNode, cls: ClassInfo | null, { prefix, isTest }: Where): void {
  const name = node.child('name')?.text ?? '';
  const plain = cls ? `${cls.name}.${name}` : prefix + name;
  // Twins for other systems and features.
  const count = (found.ids.get(plain) ?? 0) + 1;
  found.ids.set(plain, count);
  const id = count === 1 ? plain : `${plain}#${count}`;
  const method: MethodInfo = {
    id,
    name,
    node,
    hasSelf: node.child('parameters')?.first('self_parameter') != null,
    result: found.names.typeOf(node.child('return_type'), cls),
    isTest,
  };
  found.functions.push({ method, cls });
  if (!cls) {
    if (!found.names.functions.has(plain)) found.names.functions.set(plain, method);
  } else if (!cls.methods.has(name)) cls.methods.set(name, method);
}

/** A number, a text, a time that stands there itself. */
function addConstant(names: FileNames, name: string, value: SyntaxNode | null): void {
  if (!value || !/^(?:\w+_literal|call_expression|binary_expression|reference_expression|type_cast_expression)$/.test(value.type)) return;
  const cx = new Context(names, parts, [], new FunctionFrame('<constant>', value, null), null, null);
  const operand = lowerOperand(cx, value);
  if (operand.kind === 'const' && cx.out.length === 0) names.constants.set(name, operand);
}

function classIr(cls: ClassInfo): ClassIr {
  return {
    name: cls.name,
    bases: cls.traits,
    interfaces: cls.traits,
    methods: Object.fromEntries([...cls.methods.values()].map((method) => [method.name, method.id])),
    hasDestructor: false,
    fields: Object.fromEntries([...cls.fields].flatMap(([name, type]) => (type === null ? [] : [[name, type] as const]))),
    range: cls.node.span,
  };
}

function declarationOf({ names }: Found, { method, cls }: Found['functions'][number]): FunctionDecl {
  const { node, id, name, hasSelf } = method;
  const className = cls?.isHere === true && hasSelf ? cls.name : null;
  return {
    id,
    name,
    kind: className === null ? 'function' : 'method',
    className,
    ...(cls?.isHere === true && !hasSelf ? { owner: cls.name } : {}),
    ...(method.result === null ? {} : { results: [method.result] }),
    range: node.span,
    nameRange: (node.child('name') ?? node).span,
    start: node.start,
    end: node.end,
    lower: () => {
      const functions: FunctionIr[] = [];
      const cx = new Context(names, parts, functions, new FunctionFrame(id, node, null), cls, null);
      functions.push(lowerFunction(cx, { className: cls?.name ?? null, isTest: method.isTest }));
      if (method.isTest) for (const fn of functions) fn.isTest = true;
      return { functions, classes: [] };
    },
  };
}

/** Rust has no code outside of functions. */
function moduleOf(root: SyntaxNode): FunctionDecl {
  const range = root.span;
  const nameRange = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  const shape = { id: '<module>', name: 'file', kind: 'module' as const, className: null, range, nameRange };
  const empty: FunctionIr = {
    ...shape,
    receiver: null,
    params: [],
    isAsync: false,
    isGenerator: false,
    body: [],
    locals: [],
    captures: [],
  };
  return { ...shape, start: 0, end: root.end, lower: () => ({ functions: [empty], classes: [] }) };
}
