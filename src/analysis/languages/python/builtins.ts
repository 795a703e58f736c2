/** Functions and methods of Python's own that are known by their names alone. */

/** Built-in functions that cannot hurt and keep nothing. */
export const harmless = new Set([
  'print',
  'len',
  'isinstance',
  'issubclass',
  'range',
  'enumerate',
  'zip',
  'sorted',
  'reversed',
  'min',
  'max',
  'sum',
  'repr',
  'hex',
  'ord',
  'chr',
  'id',
  'hash',
  'type',
  'callable',
  'abs',
  'any',
  'all',
  'bool',
  'str',
  'format',
  'hasattr',
  'divmod',
  'round',
  'oct',
  'bin',
  'object',
  'locals',
  'globals',
  'vars',
  'slice',
  'memoryview',
  'bytearray',
  'bytes',
  'float',
  'list',
  'tuple',
  'map',
  'filter',
  'iter',
  'staticmethod',
  'property',
  'super',
]);

/** Methods that cannot hurt on anything: logging, text, containers of plain data. */
export const harmlessMethods = new Set([
  'debug',
  'info',
  'warning',
  'warn',
  'error',
  'exception',
  'critical',
  'log',
  'format',
  'join',
  'startswith',
  'endswith',
  'items',
  'keys',
  'values',
  'get',
  'copy',
  'lower',
  'upper',
  'strip',
  'hex',
  'isdigit',
  'title',
  'replace',
  'perf_counter',
  'set',
  'is_set',
  'clear',
  'setdefault',
  'find',
]);

/** Questions to text: the same text gives the same answer. */
export const pureMethods = new Set(['startswith', 'endswith', 'isdigit', 'isalpha', 'isspace']);

/** Calls whose result is empty exactly when their operand is. */
export const likeBuiltins = new Set(['str', 'bytes', 'bytearray', 'memoryview', 'bool', 'int', 'float', 'list', 'tuple', 'iter']);

export const partMethods = new Set(['strip', 'lstrip', 'rstrip', 'splitlines', 'removeprefix', 'removesuffix']);

export const likeMethods = new Set(['decode', 'encode', 'lower', 'upper', 'hex', 'tobytes', 'title', 'casefold', 'swapcase']);

/** What they give asks later what they were given. */
const lazy = /^(?:map|filter|zip|enumerate|reversed|itertools\..*)$/;
const lasting = /^functools\.partial(?:method)?$/;

/** Does the result of this call keep its arguments? @param atOnce it is gone through where it is made */
export function keepsGiven(name: string, atOnce: boolean): boolean {
  return lasting.test(name) || (!atOnce && lazy.test(name));
}
