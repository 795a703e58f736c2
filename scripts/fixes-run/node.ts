/** JavaScript and TypeScript programs: without their types, loaded by a driver that calls the function around the finding. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { Prepared } from './execute.js';

/** Modules whose work a stand-in cannot do. */
const NEEDED = [
  'pg',
  'mysql',
  'mysql2/promise',
  'redis',
  'ioredis',
  'mqtt',
  'nats',
  'amqplib',
  'mongodb',
  'ssh2',
  'undici',
  'imapflow',
  'axios',
  'got',
  'node-fetch',
  'basic-ftp',
];

const EVERYTHING = '\n;globalThis.fixesRun = (name) => eval(name);\n';

/** @param fn a function, `Class#method`, or `module` for what runs by itself */
export function prepareNode(text: string, name: string, fn: string, dir: string): Prepared {
  // The peers speak plain text.
  const plain = text.replace(/\bhttps(:\/\/|(?=['"]))/g, 'http$1');
  const { outputText } = ts.transpileModule(plain, {
    fileName: name,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.React, esModuleInterop: true },
  });
  const program = path.join(dir, `${path.basename(name, path.extname(name))}.cjs`);
  writeFileSync(program, outputText + EVERYTHING);
  return { command: [process.execPath, path.join(import.meta.dirname, 'node-driver.cjs'), program, fn, ...NEEDED], cwd: dir };
}

/** Which function, method or module the line stands in, as `prepareNode` wants it. */
export function around(text: string, line: number): string {
  let cls = '';
  let found = 'module';
  text
    .split('\n')
    .slice(0, line)
    .forEach((row) => {
      if (/^[})\]]/.test(row)) [cls, found] = ['', 'module'];
      const fn = /^(?:export (?:default )?)?(?:async )?function\*? (\w+)/.exec(row);
      const value = /^(?:(?:export )?const (\w+)|(?:module\.)?exports\.(\w+)) = (?:async )?(?:function\b|\(|\w+ =>)/.exec(row);
      const method = /^ {2}(?:(?:private|public|static|readonly) )*(?:async )?(\w+)\(.*\{$/.exec(row);
      const owner = /^(?:export (?:default )?)?class (\w+)/.exec(row);
      if (fn) found = fn[1] ?? '';
      else if (value) found = value[1] ?? `module.exports.${value[2] ?? ''}`;
      else if (owner) cls = owner[1] ?? '';
      else if (method && cls !== '') found = `${cls}#${method[1] ?? ''}`;
    });
  return found;
}
