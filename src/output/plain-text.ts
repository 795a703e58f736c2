/** Text from files and programs, made safe to print. */

/** Control characters (terminal escapes, line ends, directional marks) as `\u001b`; at most `longest` characters. */
export function plain(text: string, longest = 200): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe;
}

/** The same for a text of several lines, whole. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => plain(line, Infinity))
    .join('\n');
}

/** JSON with what JSON itself does not escape: controls that some terminals act on, marks that turn the direction of text. */
export function visible(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Seconds with at most four digits behind the point: `939.5612`, `0.1`. */
export function seconds(t: number): string {
  return String(Number(t.toFixed(4)));
}
