/** Names of programs in regular expressions. */

/** V8 compiles no expression with a text of 60,000 characters, and no two names agree for so long. */
const longest = 1000;

/** The text of an expression that finds a name; of a very long one its beginning and whatever follows. */
export function namePattern(name: string): string {
  const text = name.slice(0, longest).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return name.length > longest ? `${text}[\\w$]*` : text;
}
