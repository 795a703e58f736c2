// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Language } from './language.js';
import { language as c } from './c.js';
import { language as go } from './go.js';
import { language as java } from './java.js';
import { language as python } from './python.js';

export const LANGUAGES: readonly Language[] = [
  c,
  go,
  java,
  python,
];
