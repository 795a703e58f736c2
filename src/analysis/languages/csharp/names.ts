/** What names of a C# file mean: its namespace, its `using` directives, its classes. */

import type { SyntaxNode } from '../../syntax/tree.js';
import { FileNames } from '../shared/objects/names.js';
import type { ClassInfo } from '../shared/objects/names.js';
import type { Place } from '../../flow/ir.js';
import { holdsType } from './namespaces.js';

/** Only code that tests imports these. */
const testFrameworks = /^(?:Xunit|NUnit|Moq|FluentAssertions|NSubstitute|Shouldly|Microsoft\.VisualStudio\.TestTools)(?:\.|$)/;
/** What projects of the SDK import without a word (`ImplicitUsings`). */
export const implicit = ['System', 'System.IO', 'System.Net.Http', 'System.Threading', 'System.Threading.Tasks'];
/** What an `await` takes off: the value counts as there from the call on. */
const awaited = new Set(['Task', 'ValueTask']);

export class SourceNames extends FileNames {
  /** `x?.y`: what `x` is, by where the expression begins and ends. */
  readonly conditional = new Map<string, Place>();
  /** Properties that only name a field of their class: `Class.Property` → field. */
  readonly aliases = new Map<string, string>();

  addUsing(node: SyntaxNode): void {
    if (node.has('static')) return;
    const alias = node.child('name');
    const target = plainName(node.parts.filter((part) => part !== alias).at(-1)?.text ?? '');
    if (testFrameworks.test(target)) this.isTestFile = true;
    if (alias) this.imports.set(alias.text, target);
    else this.stars.push(target);
  }

  override typeOf(node: SyntaxNode | null, cls: ClassInfo | null): string | null {
    if (!node) return null;
    switch (node.type) {
      case 'identifier':
        return /^T(?:[A-Z]\w*)?$/.test(node.text) && !holdsAny(this.stars, node.text) && !this.ownClass(node.text, cls)
          ? null
          : this.className(node.text, cls);
      case 'alias_qualified_name':
      case 'qualified_name':
        return this.qualified(plainName(node.text), cls);
      case 'generic_name':
        return this.generic(node, cls);
      case 'nullable_type':
      case 'ref_type':
        return this.typeOf(node.child('type') ?? node.parts[0] ?? null, cls);
      case 'array_type':
        return `${this.typeOf(node.child('type'), cls) ?? '?'}[]`;
      case 'predefined_type':
        return node.text;
      default:
        return null;
    }
  }

  private generic(node: SyntaxNode, cls: ClassInfo | null): string | null {
    const name = node.parts[0]?.text ?? '';
    if (awaited.has(name)) return this.typeOf(node.first('type_argument_list')?.parts[0] ?? null, cls);
    const given = name === 'Func' ? this.typeOf(node.first('type_argument_list')?.parts.at(-1) ?? null, cls) : null;
    return given?.includes('.') && !given.startsWith('func:') ? `func:${given}` : this.className(name, cls);
  }

  private qualified(name: string, cls: ClassInfo | null): string {
    const [first = '', ...rest] = name.split('.');
    const own = this.ownClass(first, cls);
    if (own) return [own.name, ...rest].join('.');
    const alias = this.imports.get(first);
    return alias === undefined ? name : [alias, ...rest].join('.');
  }

  override className(name: string, cls: ClassInfo | null): string {
    const own = this.ownClass(name, cls);
    if (own) return own.name;
    return this.listed(name) ?? (this.package === '' ? name : `${this.package}.${name}`);
  }

  /** A type that an alias or a `using` directive brings, as far as it is known what lies in the namespace. */
  listed(name: string): string | null {
    const alias = this.imports.get(name);
    if (alias !== undefined) return alias;
    for (const space of [...this.stars, ...implicit]) if (holdsType(space, name)) return `${space}.${name}`;
    return null;
  }
}

function holdsAny(spaces: readonly string[], name: string): boolean {
  return [...spaces, ...implicit].some((space) => holdsType(space, name));
}

/** Without type arguments, white space and `global::`. */
export function plainName(text: string): string {
  let plain = text.replace(/\s+|global::/g, '');
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replace(/<[^<>]*>/g, '');
  }
  return plain;
}
