/** What names of a Go file mean: imports, types, functions and constants of the package's file at hand. */

import type { Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';

/** A type that this file declares, or gives methods to. */
export interface TypeInfo {
  name: string;
  kind: 'struct' | 'interface' | 'func' | 'other';
  /** Field name → resolved type. Embedded ones under their short name. */
  fields: Map<string, string>;
  /** Names of the fields in order, for literals without keys. */
  order: string[];
  bases: string[];
  /** Method name → function id. */
  methods: Map<string, string>;
  /** Result types of what is declared without a body: an interface's methods, fields that hold functions; `''` for a type of functions. */
  results: Map<string, string[]>;
  node: SyntaxNode;
}

/** Everything that is known of a function's signature without looking at its body. */
export interface Signature {
  id: string;
  results: string[];
}

const builtinTypes = new Set([
  'bool',
  'byte',
  'rune',
  'string',
  'error',
  'any',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'uintptr',
  'float32',
  'float64',
  'complex64',
  'complex128',
]);

/** Interfaces of the standard library: a variable of such a type starts as nil. */
const interfaces = new Set([
  'error',
  'any',
  'interface',
  'net.Conn',
  'net.Listener',
  'net.PacketConn',
  'net.Error',
  'net.Addr',
  'io.Reader',
  'io.Writer',
  'io.Closer',
  'io.ReadCloser',
  'io.WriteCloser',
  'io.ReadWriter',
  'io.ReadWriteCloser',
  'context.Context',
  'http.Handler',
  'http.RoundTripper',
]);

/** Structs of the standard library whose fields are options: a variable of such a type has none set. */
const structs = new Set(['net.Dialer', 'net.ListenConfig', 'tls.Dialer', 'tls.Config', 'http.Client', 'http.Server', 'http.Transport']);

export function isBuiltinType(name: string): boolean {
  return builtinTypes.has(name);
}

/**
 * The name that facts use for a package: the last element of the standard library's paths (`net/http` → `http`,
 * `crypto/tls` → `tls`), the whole path of others.
 */
function canonicalPackage(path: string): string {
  const parts = path.split('/');
  return standard.has(parts[0] ?? '') ? (parts.at(-1) ?? path) : path;
}

/** First parts of the standard library's paths (go list std). */
const standard = new Set([
  'archive',
  'bufio',
  'builtin',
  'bytes',
  'cmp',
  'compress',
  'container',
  'context',
  'crypto',
  'database',
  'debug',
  'embed',
  'encoding',
  'errors',
  'expvar',
  'flag',
  'fmt',
  'go',
  'hash',
  'html',
  'image',
  'index',
  'io',
  'iter',
  'log',
  'maps',
  'math',
  'mime',
  'net',
  'os',
  'path',
  'plugin',
  'reflect',
  'regexp',
  'runtime',
  'slices',
  'sort',
  'strconv',
  'strings',
  'structs',
  'sync',
  'syscall',
  'testing',
  'text',
  'time',
  'unicode',
  'unique',
  'unsafe',
]);

/** What an import without a name is called in the file: last element without a version (`/v2`, `yaml.v3`) or `go-` mark. */
function importedName(path: string): string {
  const parts = path.split('/');
  let last = parts.pop() ?? '';
  if (/^v\d+$/.test(last)) last = parts.pop() ?? last;
  return last
    .replace(/\.v\d+$/, '')
    .replace(/^go-/, '')
    .replace(/[-.]go$/, '')
    .replace(/-/g, '_');
}

/** Only code that tests imports these. */
const testFrameworks = /^(testing|gopkg\.in\/check\.v1|github\.com\/(stretchr\/testify|onsi\/(ginkgo|gomega))(\/.*)?)$/;

export class FileNames {
  /** All of the file belongs to tests. */
  isTestFile = false;
  readonly imports = new Map<string, string>();
  readonly types = new Map<string, TypeInfo>();
  readonly functions = new Map<string, Signature>();
  /** Signatures of methods by function id. */
  readonly signatures = new Map<string, Signature>();
  readonly constants = new Map<string, Operand>();
  /** Variables of the package's file → type, null if not known. */
  readonly globals = new Map<string, string | null>();

  addImport(spec: SyntaxNode): void {
    const path = (spec.child('path')?.text ?? '').slice(1, -1);
    if (path === '') return;
    const name = spec.child('name');
    if (testFrameworks.test(path)) this.isTestFile = true;
    if (name && (name.type === 'dot' || name.type === 'blank_identifier')) return;
    this.imports.set(name?.text ?? importedName(path), canonicalPackage(path));
  }

  type(name: string, node: SyntaxNode): TypeInfo {
    let info = this.types.get(name);
    if (!info) {
      info = { name, kind: 'other', fields: new Map(), order: [], bases: [], methods: new Map(), results: new Map(), node };
      this.types.set(name, info);
    }
    return info;
  }

  /** A type expression as facts write it, pointers left out: `net.Conn`, `Client`, `[]byte`, `map`, `chan`, `func`. */
  resolveType(node: SyntaxNode | null): string | null {
    if (!node) return null;
    switch (node.type) {
      case 'type_identifier':
      case 'identifier':
        return node.text;
      case 'qualified_type': {
        const pack = node.child('package')?.text ?? '';
        return `${this.imports.get(pack) ?? pack}.${node.child('name')?.text ?? ''}`;
      }
      case 'selector_expression': {
        const pack = node.child('operand')?.text ?? '';
        return `${this.imports.get(pack) ?? pack}.${node.child('field')?.text ?? ''}`;
      }
      case 'unary_expression':
        return this.resolveType(node.child('operand'));
      case 'pointer_type':
      case 'parenthesized_type':
      case 'type_elem':
      case 'type_constraint':
        return this.resolveType(node.parts[0] ?? null);
      case 'generic_type':
        return this.resolveType(node.child('type'));
      case 'slice_type':
      case 'array_type':
      case 'implicit_length_array_type':
        return `[]${this.resolveType(node.child('element')) ?? ''}`;
      case 'map_type':
        return 'map';
      case 'channel_type':
        return 'chan';
      case 'function_type':
        return `func:${this.resultsOf(node).join(',')}`;
      case 'interface_type':
        return 'interface';
      case 'struct_type':
        return 'struct';
      default:
        return null;
    }
  }

  /** Result types of a function, a method or a type of functions, as far as they are written down. */
  resultsOf(node: SyntaxNode): string[] {
    const result = node.child('result');
    if (!result) return [];
    if (result.type !== 'parameter_list') return [this.resolveType(result) ?? '?'];
    return result.parts
      .filter((part) => part.type === 'parameter_declaration')
      .flatMap((part) => {
        const type = this.resolveType(part.child('type')) ?? '?';
        return Array.from({ length: Math.max(1, part.all('name').filter((name) => name.named).length) }, () => type);
      });
  }

  /** Is this the type of a function? */
  isFunction(type: string): boolean {
    return type.startsWith('func:') || this.types.get(type)?.kind === 'func';
  }

  /** The value of a variable declared without one. */
  zeroValue(node: SyntaxNode | null): Operand {
    if (!node) return { kind: 'opaque', uses: [] };
    if (['pointer_type', 'map_type', 'slice_type', 'channel_type', 'function_type', 'interface_type'].includes(node.type))
      return { kind: 'const', value: null };
    const name = this.resolveType(node);
    if (name === null) return { kind: 'opaque', uses: [] };
    if (interfaces.has(name)) return { kind: 'const', value: null };
    if (name === 'string') return { kind: 'const', value: '' };
    if (name === 'bool') return { kind: 'const', value: false };
    if (builtinTypes.has(name)) return { kind: 'const', value: 0 };
    if (structs.has(name)) return { kind: 'record', type: name, fields: {} };
    const info = this.types.get(name);
    if (info?.kind === 'interface') return { kind: 'const', value: null };
    if (info?.kind === 'struct') return { kind: 'record', type: name, fields: {} };
    return { kind: 'opaque', uses: [] };
  }

  /** The type of a field, also of an embedded type of this file. */
  fieldType(type: string, field: string, depth = 0): string | null {
    const info = this.types.get(type);
    if (!info || depth > 5) return null;
    const own = info.fields.get(field);
    if (own !== undefined) return own;
    for (const base of info.bases) {
      const inherited = this.fieldType(base, field, depth + 1);
      if (inherited !== null) return inherited;
    }
    return null;
  }

  /**
   * The embedded field through which a type has the methods of a library's
   * type: its path, and that type. Null if there is none, or several.
   */
  promoted(type: string, depth = 0): { path: string; type: string } | null {
    const info = this.types.get(type);
    if (info?.kind !== 'struct' || depth > 5) return null;
    const found = info.bases.flatMap((base) => {
      const field = base.slice(base.lastIndexOf('.') + 1);
      if (!this.types.has(base)) return base.includes('.') ? [{ path: field, type: base }] : [];
      const inner = this.promoted(base, depth + 1);
      return inner ? [{ path: `${field}.${inner.path}`, type: inner.type }] : [];
    });
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** The function of this file that a method name means on a type, also through embedding. */
  methodOf(type: string, method: string, depth = 0): Signature | null {
    const info = this.types.get(type);
    if (!info || depth > 5) return null;
    const id = info.methods.get(method);
    if (id !== undefined) return this.signatures.get(id) ?? null;
    for (const base of info.bases) {
      const inherited = this.methodOf(base, method, depth + 1);
      if (inherited) return inherited;
    }
    return null;
  }
}
