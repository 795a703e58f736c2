/** What names of a Java file mean: its package and its imports. */

import type { SyntaxNode } from '../../syntax/tree.js';
import { FileNames } from '../shared/objects/names.js';
import type { ClassInfo } from '../shared/objects/names.js';
import { holdsClass, isListed } from './packages.js';

/** Only code that tests imports these. */
const testFrameworks =
  /^(?:org\.junit|junit\.framework|org\.testng|org\.mockito|org\.assertj|org\.hamcrest|org\.spockframework|androidx\.test|android\.test)(?:\.|$)/;

export class SourceNames extends FileNames {
  addImport(node: SyntaxNode): void {
    const name = node.parts.find((part) => part.type === 'scoped_identifier' || part.type === 'identifier')?.text.replace(/\s+/g, '') ?? '';
    if (testFrameworks.test(name)) this.isTestFile = true;
    const last = name.slice(name.lastIndexOf('.') + 1);
    if (node.has('static')) {
      if (!node.first('asterisk')) this.members.set(last, name);
    } else if (node.first('asterisk')) this.stars.push(name);
    else this.imports.set(last, name);
  }

  override typeOf(node: SyntaxNode | null, cls: ClassInfo | null): string | null {
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
    const parts = withoutArguments(node.text)
      .replace(/@\w+|\s+/g, '')
      .split('.');
    const first = parts[0] ?? '';
    // Packages begin with a small letter, classes with a large one.
    if (/^[a-z]/.test(first)) return parts.join('.');
    return [this.className(first, cls), ...parts.slice(1)].join('.');
  }

  override className(name: string, cls: ClassInfo | null): string {
    const own = this.ownClass(name, cls);
    if (own) return own.name;
    const imported = this.imports.get(name);
    if (imported !== undefined) return imported;
    for (const star of ['java.lang', ...this.stars]) if (holdsClass(star, name)) return `${star}.${name}`;
    const unknown = this.stars.filter((star) => !isListed(star));
    if (unknown.length === 1 && unknown[0] !== undefined) return `${unknown[0]}.${name}`;
    return this.package === '' ? name : `${this.package}.${name}`;
  }
}

/** `a.B<C<D>>.E` as `a.B.E`. */
function withoutArguments(text: string): string {
  let plain = '';
  let depth = 0;
  for (const char of text) {
    if (char === '<') depth += 1;
    else if (char === '>') depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += char;
  }
  return plain;
}
