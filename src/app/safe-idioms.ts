/**
 * The closed list of idioms whose fixes may be made without being looked at ("fix all", fix on save). An idiom is here when
 * `npm run fixes:run` has seen it close what leaked, in real programs before and after, and has seen it break none.
 */

const SAFE_IDIOMS: Readonly<Record<string, readonly string[]>> = {
  c: ['before-leaving', 'every-exit', 'in-callee', 'next-attempt', 'other-exits', 'where-it-fails'],
  cpp: ['before-leaving', 'guard', 'where-it-fails'],
  go: ['before-leaving', 'defer', 'defer-parameter', 'each-round', 'failing-path'],
  python: [
    'at-end',
    'before-leaving',
    'close-and-leave',
    'close-and-raise',
    'finally',
    'finally-in-function',
    'in-handlers',
    'leave-bare-read',
    'leave-when-empty',
    'with',
  ],
};

/** Was this idiom proven in this language? What names none never was. */
export function isProven(language: string, idiom: string | undefined): boolean {
  return idiom !== undefined && (SAFE_IDIOMS[language] ?? []).includes(idiom);
}

/** Every idiom of the list, as `language/idiom`. */
export function safeIdioms(): string[] {
  return Object.entries(SAFE_IDIOMS).flatMap(([language, idioms]) => idioms.map((idiom) => `${language}/${idiom}`));
}
