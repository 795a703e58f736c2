/** Python. */

import type { FileIr } from '../flow/ir.js';
import type { SyntaxTree } from '../syntax/tree.js';
import type { Language } from './language.js';
import { lowerComprehension } from './python/comprehensions.js';
import { declareModule, lowerLambda } from './python/definitions.js';
import { edits } from './python/edits.js';
import { splatted } from './python/keywords.js';
import { resolver } from './python/resolver.js';
import type { FileContext, Parts } from './python/scope.js';
import { lowerBlock } from './python/statements.js';
import { lowerTest } from './python/tests.js';

/** Built-in exception → parents: Python documentation, "Exception hierarchy". */
const exceptions: Record<string, string[]> = {
  BaseException: [],
  SystemExit: ['BaseException'],
  KeyboardInterrupt: ['BaseException'],
  GeneratorExit: ['BaseException'],
  Exception: ['BaseException'],
  'asyncio.CancelledError': ['BaseException'],
  OSError: ['Exception'],
  TimeoutError: ['OSError'],
  ConnectionError: ['OSError'],
  BrokenPipeError: ['ConnectionError'],
  ConnectionResetError: ['ConnectionError'],
  ConnectionRefusedError: ['ConnectionError'],
  ConnectionAbortedError: ['ConnectionError'],
  BlockingIOError: ['OSError'],
  InterruptedError: ['OSError'],
  'socket.gaierror': ['OSError'],
  'socket.herror': ['OSError'],
  EOFError: ['Exception'],
  ValueError: ['Exception'],
  UnicodeError: ['ValueError'],
  UnicodeDecodeError: ['UnicodeError'],
  TypeError: ['Exception'],
  KeyError: ['LookupError'],
  IndexError: ['LookupError'],
  LookupError: ['Exception'],
  RuntimeError: ['Exception'],
  NotImplementedError: ['RuntimeError'],
  AttributeError: ['Exception'],
  StopIteration: ['Exception'],
  StopAsyncIteration: ['Exception'],
  AssertionError: ['Exception'],
  ArithmeticError: ['Exception'],
  ZeroDivisionError: ['ArithmeticError'],
  OverflowError: ['ArithmeticError'],
  ImportError: ['Exception'],
  MemoryError: ['Exception'],
  NameError: ['Exception'],
  PermissionError: ['OSError'],
  FileNotFoundError: ['OSError'],
  Warning: ['Exception'],
};

const parts: Parts = { block: lowerBlock, test: lowerTest, lambda: lowerLambda, comprehension: lowerComprehension, splatted };

function outline(tree: SyntaxTree): FileIr {
  const file: FileContext = {
    parts,
    functions: [],
    declared: [],
    classes: [],
    ids: new Set(),
    asyncMethods: new Map(),
    unbound: new Set(),
    aliases: new Map(),
  };
  const { functions, imported } = declareModule(tree.root, file);
  return {
    functions,
    imported,
    classes: [...file.classes],
    imports: [],
    comments: tree.comments.map((node) => ({ text: node.text.replace(/^#+\s?/, ''), range: node.span })),
    errors: tree.errors.map((node) => ({
      line: node.startRow + 1,
      message: node.missing ? `\`${node.type}\` is missing` : 'this could not be parsed',
    })),
  };
}

/** Statements that definitions can stand in, and what an import names. */
const outlined =
  /^(module|class_definition|function_definition|decorated_definition|decorator|import_statement|import_from_statement|dotted_name|aliased_import|relative_import|import_prefix|if_statement|try_statement|with_statement|(else|elif|except|finally)_clause)$/;

export const language: Language = {
  id: 'python',
  title: 'Python',
  extensions: ['.py', '.pyw', '.pyi'],
  grammar: 'tree-sitter-python.wasm',
  lineComment: '#',
  aside: /^(?:tests?|examples?|demos?|samples?|benchmarks?|docs?)$/i,
  definitionStarts: /^(?:def|class|async\s+def|@|if __name__)\b|^@/,
  exceptions,
  catchAll: ['BaseException', 'Exception'],
  callsMayThrow: true,
  callOnNull: 'AttributeError',
  namesReceivers: true,
  cancellation: 'asyncio.CancelledError',
  resolver,
  outline,
  edits,
  descends: (type, parent) => outlined.test(type) || (type === 'block' && parent !== 'function_definition'),
};
