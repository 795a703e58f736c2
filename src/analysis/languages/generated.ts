// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Language } from './language.js';
import { language as c } from './c.js';
import { language as cpp } from './cpp.js';
import { language as csharp } from './csharp.js';
import { language as go } from './go.js';
import { language as java } from './java.js';
import { language as javascript } from './javascript.js';
import { language as javascriptreact } from './javascriptreact.js';
import { language as python } from './python.js';
import { language as rust } from './rust.js';
import { language as typescript } from './typescript.js';
import { language as typescriptreact } from './typescriptreact.js';

export const LANGUAGES: readonly Language[] = [
  c,
  cpp,
  csharp,
  go,
  java,
  javascript,
  javascriptreact,
  python,
  rust,
  typescript,
  typescriptreact,
];
