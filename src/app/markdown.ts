/** Text of the file or the model in Markdown, shown as it is. */

/** Every character that Markdown reads is escaped. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!~]/g, '\\$&');
}

/** Prose of ours that may hold code spans: those stay, the rest is escaped. */
export function plainProse(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join('');
}

/** For a code span: a backtick would end it, a bar would end a table's cell. */
export function code(text: string): string {
  return text.replace(/`/g, 'ʼ').replace(/\|/g, '¦').replace(/\s+/g, ' ');
}
