/** Which headers are C++: their names do not tell. */

/** What no header of C has: classes and their access specifiers, namespaces, templates, headers of the standard library. */
const marks = [
  /^[ \t]*(?:class\s+(?:[A-Z][A-Z0-9_]+\s+)?\w+(?:\s+final)?\s*(?:[:;{]|$)|(?:inline\s+)?namespace\b[\w: \t]*(?:\{[ \t]*)?$|template\s*<|(?:public|private|protected)[ \t]*:|using\s+\w+)/m,
  /^[ \t]*#[ \t]*include[ \t]*<[a-z_]+>/m,
  /\bstd::\w/,
];

/** Is a header's text C++? Those that C may include, too, are C. */
export function recognises(text: string): boolean {
  return marks.some((mark) => mark.test(text));
}
