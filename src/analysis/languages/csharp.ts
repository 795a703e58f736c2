/** C#. */

import { descends, outlineFile } from './csharp/declare.js';
import { edits } from './csharp/edits.js';
import { implicit } from './csharp/names.js';
import { prepare } from './csharp/prepare.js';
import { resolver } from './csharp/resolver.js';
import type { Language } from './language.js';

/** Exception → parents: .NET 8, System.Runtime, System.Threading, System.Security. */
const exceptions: Record<string, string[]> = {
  'System.Exception': [],
  'System.SystemException': ['System.Exception'],
  'System.ApplicationException': ['System.Exception'],
  'System.AggregateException': ['System.Exception'],
  'System.ArgumentException': ['System.SystemException'],
  'System.ArgumentNullException': ['System.ArgumentException'],
  'System.ArgumentOutOfRangeException': ['System.ArgumentException'],
  'System.FormatException': ['System.SystemException'],
  'System.UriFormatException': ['System.FormatException'],
  'System.InvalidOperationException': ['System.SystemException'],
  'System.ObjectDisposedException': ['System.InvalidOperationException'],
  'System.NotSupportedException': ['System.SystemException'],
  'System.NotImplementedException': ['System.SystemException'],
  'System.NullReferenceException': ['System.SystemException'],
  'System.InvalidCastException': ['System.SystemException'],
  'System.IndexOutOfRangeException': ['System.SystemException'],
  'System.ArithmeticException': ['System.SystemException'],
  'System.OverflowException': ['System.ArithmeticException'],
  'System.DivideByZeroException': ['System.ArithmeticException'],
  'System.OutOfMemoryException': ['System.SystemException'],
  'System.TimeoutException': ['System.SystemException'],
  'System.UnauthorizedAccessException': ['System.SystemException'],
  'System.OperationCanceledException': ['System.SystemException'],
  'System.Threading.Tasks.TaskCanceledException': ['System.OperationCanceledException'],
  'System.IO.IOException': ['System.SystemException'],
  'System.IO.EndOfStreamException': ['System.IO.IOException'],
  'System.IO.FileNotFoundException': ['System.IO.IOException'],
  'System.Security.Authentication.AuthenticationException': ['System.SystemException'],
};

export const language: Language = {
  id: 'csharp',
  title: 'C#',
  extensions: ['.cs'],
  grammar: 'tree-sitter-c_sharp.wasm',
  lineComment: '//',
  aside: /^(?:\w*\.)*(?:tests?|unittests?|integrationtests?|examples?|demos?|samples?|benchmarks?)$/i,
  exceptions,
  catchAll: ['System.Exception'],
  callsMayThrow: true,
  ownFields: true,
  mistakes: ['System.ArgumentNullException'],
  callOnNull: 'System.NullReferenceException',
  cancellation: null,
  resolver,
  implicit,
  prepare,
  descends,
  outline: outlineFile,
  edits,
};
