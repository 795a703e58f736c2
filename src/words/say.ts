/**
 * What CloseWait says to people, in their language. English stands in the source, where it is said, as a tagged template; the sentence
 * with `{0}`, `{1}` for its values is the key under which a catalogue (l10n/bundle.l10n.*.json) has it in another language.
 * Each realm (extension, worker, page) is told once, before it says anything; the command line never is and speaks English.
 */

/** A sentence in the reader's language; undefined where it is not known: then English is said. */
export type Catalogue = (key: string) => string | undefined;

let spoken: Catalogue = () => undefined;

/** From now on this realm speaks so. */
export function speak(catalogue: Catalogue | Readonly<Record<string, string>> | undefined): void {
  spoken = typeof catalogue === 'function' ? catalogue : (key) => catalogue?.[key];
}

/** The key of a template: its text with numbered places for its values. */
export function keyOf(parts: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : `{${index - 1}}${part}`)).join('');
}

/** Says a sentence: say`${n} bytes arrived`. */
export function say(parts: TemplateStringsArray, ...values: readonly (string | number | null)[]): string {
  const key = keyOf(parts);
  return (spoken(key) ?? key).replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** Says a text that stands as data (a rule's title, a scenario's question): the text itself is its key. */
export function translated(text: string): string {
  return spoken(text) ?? text;
}

/** Marks a table of texts that are data of their file: each is a key, said by {@link translated}. */
export function phrases<const T>(table: T): T {
  return table;
}
