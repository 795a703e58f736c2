/** What names of a Java file mean: its package, its imports, its classes with their fields and methods. */

import type { Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { holdsClass, isListed } from './packages.js';

export interface MethodInfo {
  id: string;
  name: string;
  node: SyntaxNode;
  /** Declared types of the parameters, `?` where one is not known. */
  params: string[];
  variadic: boolean;
  isStatic: boolean;
  /** It has a body. */
  hasBody: boolean;
  result: string | null;
}

export interface FieldInfo {
  type: string | null;
  isStatic: boolean;
  /** What a constant stands for. */
  value?: Operand;
}

export interface ClassInfo {
  /** Within the file: `Outer.Inner`. */
  name: string;
  node: SyntaxNode;
  kind: 'class' | 'interface' | 'enum' | 'record' | 'anonymous';
  outer: ClassInfo | null;
  /** An object of it knows the object around it. */
  hasOuter: boolean;
  bases: string[];
  /** Those of the bases that it implements. */
  interfaces: string[];
  fields: Map<string, FieldInfo>;
  methods: Map<string, MethodInfo[]>;
  constructors: MethodInfo[];
  inner: Map<string, ClassInfo>;
  /** Names of methods that set its fields where they are declared, in order. */
  initializers: string[];
}

/** Name of constructors among the methods of a class. */
export const constructorName = '<init>';
/** The field by which an object of an inner class knows the one around it. */
export const outerField = 'this$0';

/** Only code that tests imports these. */
const testFrameworks =
  /^(?:org\.junit|junit\.framework|org\.testng|org\.mockito|org\.assertj|org\.hamcrest|org\.spockframework|androidx\.test|android\.test)(?:\.|$)/;

export class FileNames {
  package = '';
  isTestFile = false;
  /** Simple name → qualified name. */
  readonly imports = new Map<string, string>();
  /** Static imports: member → qualified name. */
  readonly members = new Map<string, string>();
  readonly stars: string[] = [];
  readonly classes = new Map<string, ClassInfo>();
  /** All classes of the file by their name within it. */
  readonly all: ClassInfo[] = [];

  addImport(node: SyntaxNode): void {
    const name = node.parts.find((part) => part.type === 'scoped_identifier' || part.type === 'identifier')?.text.replace(/\s+/g, '') ?? '';
    if (testFrameworks.test(name)) this.isTestFile = true;
    const last = name.slice(name.lastIndexOf('.') + 1);
    if (node.has('static')) {
      if (!node.first('asterisk')) this.members.set(last, name);
    } else if (node.first('asterisk')) this.stars.push(name);
    else this.imports.set(last, name);
  }

  /** A type as facts write it: classes of the file by their name within it, others with their package; null for type variables and `var`. */
  typeOf(node: SyntaxNode | null, cls: ClassInfo | null): string | null {
    if (!node) return null;
    switch (node.type) {
      case 'type_identifier':
      case 'identifier':
        return node.text === 'var' || /^[A-Z]\d?$/.test(node.text) ? null : this.className(node.text, cls);
      case 'scoped_type_identifier':
      case 'scoped_identifier':
      case 'field_access':
        return this.scoped(node, cls);
      case 'generic_type':
        return this.typeOf(node.parts[0] ?? null, cls);
      case 'annotated_type':
        return this.typeOf(node.parts.at(-1) ?? null, cls);
      case 'array_type':
        return `${this.typeOf(node.child('element'), cls) ?? '?'}[]`;
      case 'integral_type':
      case 'floating_point_type':
      case 'boolean_type':
        return node.text;
      default:
        return null;
    }
  }

  private scoped(node: SyntaxNode, cls: ClassInfo | null): string | null {
    const parts = node.text.replace(/<[^]*?>|@\w+|\s+/g, '').split('.');
    const first = parts[0] ?? '';
    // Packages begin with a small letter, classes with a large one.
    if (/^[a-z]/.test(first)) return parts.join('.');
    return [this.className(first, cls), ...parts.slice(1)].join('.');
  }

  /** The class that a simple name means here. */
  className(name: string, cls: ClassInfo | null): string {
    const own = this.ownClass(name, cls);
    if (own) return own.name;
    const imported = this.imports.get(name);
    if (imported !== undefined) return imported;
    for (const star of ['java.lang', ...this.stars]) if (holdsClass(star, name)) return `${star}.${name}`;
    const unknown = this.stars.filter((star) => !isListed(star));
    if (unknown.length === 1 && unknown[0] !== undefined) return `${unknown[0]}.${name}`;
    return this.package === '' ? name : `${this.package}.${name}`;
  }

  /** A class of this file by the simple name that it has at a place. */
  ownClass(name: string, cls: ClassInfo | null): ClassInfo | null {
    for (let at = cls; at; at = at.outer) {
      if (at.name.slice(at.name.lastIndexOf('.') + 1) === name) return at;
      const inner = at.inner.get(name);
      if (inner) return inner;
    }
    return this.classes.get(name) ?? null;
  }

  /** A class of this file by its name within it. */
  classNamed(name: string): ClassInfo | null {
    return this.all.find((cls) => cls.name === name) ?? null;
  }

  /** The class, or one of its bases in this file, that has a member; nearest first. */
  holding(cls: ClassInfo, has: (one: ClassInfo) => boolean): ClassInfo | null {
    const queue = [cls];
    for (let at = queue.shift(), seen = 0; at && seen < 16; at = queue.shift(), seen += 1) {
      if (has(at)) return at;
      queue.push(...at.bases.flatMap((base) => this.classNamed(base) ?? []));
    }
    return null;
  }

  field(cls: ClassInfo, name: string): FieldInfo | null {
    return this.holding(cls, (one) => one.fields.has(name))?.fields.get(name) ?? null;
  }

  methods(cls: ClassInfo, name: string): MethodInfo[] {
    return this.holding(cls, (one) => one.methods.has(name))?.methods.get(name) ?? [];
  }
}
