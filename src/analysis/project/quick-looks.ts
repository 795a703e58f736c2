/** Which files may hold what is asked for, by a look at their texts: nothing is parsed. Kept until a file's text is another one. */

import type { Language } from '../languages/language.js';
import type { Sources } from './sources.js';
import { namesField } from './words.js';

export class QuickLooks {
  /** Names that each file defines for others. */
  private readonly defined = new Map<string, readonly string[]>();
  private definers: Map<string, string[]> | null = null;
  /** Names that each file may declare. */
  private readonly declared = new Map<string, ReadonlySet<string>>();
  /** Files that name a field, by field. */
  private readonly namers = new Map<string, readonly string[]>();

  constructor(
    private readonly paths: readonly string[],
    private readonly sources: Sources,
    private readonly language: Language,
  ) {}

  private text(path: string): string {
    return this.sources.read(path) ?? '';
  }

  defining(name: string): readonly string[] {
    this.definers ??= this.indexed();
    return this.definers.get(name) ?? [];
  }

  private indexed(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const path of this.paths) for (const name of this.definitionsIn(path)) found.set(name, [...(found.get(name) ?? []), path]);
    return found;
  }

  private definitionsIn(path: string): readonly string[] {
    let names = this.defined.get(path);
    if (!names) this.defined.set(path, (names = this.language.resolver?.definitions?.(this.text(path)) ?? []));
    return names;
  }

  mayDeclare(path: string, name: string): boolean {
    const look = this.language.resolver?.declared;
    if (!look) return this.text(path).includes(name);
    let names = this.declared.get(path);
    if (!names) this.declared.set(path, (names = new Set(look(this.text(path)))));
    return names.has(name);
  }

  /** Files whose text names this field of something. */
  naming(field: string): readonly string[] {
    let paths = this.namers.get(field);
    if (!paths) this.namers.set(field, (paths = this.paths.filter((path) => namesField(this.text(path), field))));
    return paths;
  }

  /** A file's text is another one now. Gives the names that it defined before and those that it defines now, where somebody had asked. */
  changed(path: string): { before: readonly string[]; now: readonly string[] } | null {
    const before = this.defined.get(path);
    this.defined.delete(path);
    this.declared.delete(path);
    this.definers = null;
    this.namers.clear();
    return before ? { before, now: this.definitionsIn(path) } : null;
  }
}
