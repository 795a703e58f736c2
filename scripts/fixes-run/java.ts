/** Java programs are compiled beside a driver that calls the method by reflection, with arguments made by their types. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from './execute.js';

const DRIVER = path.join(import.meta.dirname, 'JavaDriver.java');
/** Small, started often. */
const FLAGS = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xshare:auto',
  '-Dhttp.keepAlive=false',
  '--add-opens=java.base/java.io=ALL-UNNAMED',
];

export function prepareJava(text: string, name: string, fn: string, dir: string): Prepared {
  const method = fn.split('.').at(-1) ?? fn;
  // Hosts of the examples stand for the peer.
  const local = text.replace(/"[\w.-]+\.example"/g, '"127.0.0.1"').replace(/\/\/[\w.-]+\.example/g, '//127.0.0.1:24680');
  const found = ownerOf(local, fn);
  if (found === null) return { reason: `no single method ${fn}` };
  const classes = path.join(dir, 'classes');
  mkdirSync(classes);
  writeFileSync(path.join(dir, path.basename(name)), local);
  const args = ['-nowarn', '-proc:none', '-parameters', '-d', classes, path.join(dir, path.basename(name)), DRIVER];
  const built = spawnSync('javac', args, { cwd: dir, encoding: 'utf8' });
  if (built.status !== 0) return { reason: `does not compile: ${firstError(built.stderr)}` };
  return { command: ['java', ...FLAGS, '-cp', classes, 'JavaDriver', found, method], cwd: dir, slowness: 4 };
}

function firstError(text: string): string {
  return (/error: (.*)/.exec(text)?.[1] ?? text.split('\n')[0] ?? '').slice(0, 140);
}

/** The binary name of the class: the package, and of the classes of the file that have such a method the only one. */
function ownerOf(text: string, fn: string): string | null {
  const [method, ...outer] = fn.split('.').reverse();
  const found = [...text.matchAll(/^( *)(?:[\w@]+ )*class (\w+)/gm)].flatMap((match, index, all) => {
    const body = text.slice(match.index, all[index + 1]?.index ?? text.length);
    const declares = new RegExp(`^ +(?:[\\w<>\\[\\].,?@]+ )*${method}\\([^;\\n]*\\{?$`, 'm').test(body);
    return declares && (outer[0] === undefined || outer[0] === match[2]) ? [match] : [];
  });
  const [only] = found;
  if (found.length !== 1 || !only) return null;
  const home = /^package ([\w.]+);/m.exec(text)?.[1];
  const around = only[1] === '' ? '' : `${[...text.slice(0, only.index).matchAll(/^(?:\w+ )*class (\w+)/gm)].at(-1)?.[1] ?? ''}$`;
  return `${home === undefined ? '' : `${home}.`}${around}${only[2] ?? ''}`;
}
