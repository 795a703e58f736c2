/** What names of a file of classes mean: its package, its imports, its classes with their fields and methods. */

import type { Operand } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';

export interface MethodInfo {
  id: string;
  name: string;
  node: SyntaxNode;
  /** Declared types of the parameters, `?` where one is not known. */
  params: string[];
  variadic: boolean;
  isStatic: boolean;
  /** Only its class can call it. */
  isPrivate?: boolean;
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

/** A language says how its imports are written and what a type's name stands for. */
export abstract class FileNames {
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

  /**
   * A type as facts write it: classes of the file by their name within it, others with their package; null for type variables and `var`.
   */
  abstract typeOf(node: SyntaxNode | null, cls: ClassInfo | null): string | null;

  /** The class that a simple name means here. */
  abstract className(name: string, cls: ClassInfo | null): string;

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
