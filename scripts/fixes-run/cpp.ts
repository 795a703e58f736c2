/**
 * C++ programs become part of C's driver: a function is called with arguments made by their types, a method on an object that is made so,
 * and what is thrown is an outcome like any other. Objects are gone before descriptors are counted.
 */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, driverOf, valueOf } from './c.js';
import type { Prepared } from './execute.js';

/** Before C's driver takes the name `accept` for itself. */
const HEADERS = [
  'cstring',
  'functional',
  'future',
  'iostream',
  'list',
  'map',
  'memory',
  'stdexcept',
  'string',
  'thread',
  'utility',
  'vector',
];

export function prepareCpp(text: string, name: string, fn: string, dir: string): Prepared {
  const [className, method] = fn.includes('.') ? (fn.split('.') as [string, string]) : [null, fn];
  const made = className === null ? null : madeBy(text, className);
  if (className !== null && made === null) return { reason: `no object of ${className} can be made` };
  const isMaking = className !== null && method === className;
  const head = isMaking ? null : new RegExp(`^[ \\t]*([\\w:<>,*& \\t]*?)\\b${method}\\(([^)]*)\\)[^;{]*\\{`, 'm').exec(text);
  if (!isMaking && !head) return { reason: `no definition of ${fn}` };
  const values = head ? valuesOf(text, head[2] ?? '') : '';
  if (values === null) return { reason: `no arguments of ${fn} can be made` };
  writeFileSync(path.join(dir, path.basename(name)), text);
  const call = `${className === null ? '' : 'object.'}${method}(${values})`;
  const type = (head?.[1] ?? 'void').replace(/\b(static|inline|virtual|explicit|constexpr)\b/g, '').trim();
  const result = isMaking
    ? 'said = "is made";'
    : type === 'void'
      ? `${call};\n    said = "returns";`
      : /^(bool|int|long|ssize_t|size_t|unsigned)$/.test(type)
        ? `given = (long)${call};\n    said = "gives";`
        : `auto &&result = ${call};\n    (void)result;\n    said = "gives something";`;
  const body = `try {\n    ${made === null ? '' : `${className} object${made};\n    `}${result}\n    } catch (...) {\n    said = "throws";\n    }`;
  writeFileSync(
    path.join(dir, 'driver.cpp'),
    HEADERS.map((header) => `#include <${header}>\n`).join('') + driverOf(path.basename(name), body),
  );
  return build(dir, 'g++', 'driver.cpp');
}

/** What stands behind a variable of the class: arguments for its first constructor that takes some, or nothing. */
function madeBy(text: string, className: string): string | null {
  const constructor = new RegExp(`^[ \\t]+(?:explicit )?${className}\\(([^)&][^)]*|const [^)]*)\\)(?!\\s*=)`, 'm').exec(text);
  const list = constructor?.[1] ?? '';
  if (list === '' || list.includes(className)) return '';
  const values = valuesOf(text, list);
  return values === null ? null : `(${values})`;
}

function valuesOf(text: string, list: string): string | null {
  const values = list
    .split(',')
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '' && part !== 'void')
    .map((part) => argumentOf(text, part));
  return values.some((value) => value === null) ? null : values.join(', ');
}

function argumentOf(text: string, parameter: string): string | null {
  const name = /(\w+)$/.exec(parameter)?.[1] ?? '';
  const type = parameter
    .slice(0, parameter.lastIndexOf(name))
    .replace(/\b(const|struct)\b/g, '')
    .replace(/\s+/g, '');
  if (/^std::string&?$/.test(type)) return /host|name|address/.test(name) ? 'std::string("127.0.0.1")' : 'std::string("hello")';
  if (type === 'sockaddr*') return '(struct sockaddr *)address()';
  if (type === 'sockaddr_in&') return '*address()';
  if (type === 'int&') return 'numbers[0]';
  if (type === 'int' && /listen/.test(name)) return 'listening()';
  return valueOf(text, parameter);
}
