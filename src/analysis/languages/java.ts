/** Java. */

import { descends, outlineFile } from './java/declare.js';
import { edits } from './java/edits.js';
import { resolver } from './java/resolver.js';
import type { Language } from './language.js';

/** Exception → parents: Java SE 17 API, `java.lang`, `java.io`, `java.net`, `java.nio.channels`, `java.util.concurrent`. */
const exceptions: Record<string, string[]> = {
  'java.lang.Throwable': [],
  'java.lang.Error': ['java.lang.Throwable'],
  'java.lang.Exception': ['java.lang.Throwable'],
  'java.lang.RuntimeException': ['java.lang.Exception'],
  'java.lang.InterruptedException': ['java.lang.Exception'],
  'java.lang.ReflectiveOperationException': ['java.lang.Exception'],
  'java.lang.ClassNotFoundException': ['java.lang.ReflectiveOperationException'],
  'java.lang.CloneNotSupportedException': ['java.lang.Exception'],
  'java.lang.IllegalArgumentException': ['java.lang.RuntimeException'],
  'java.lang.IllegalStateException': ['java.lang.RuntimeException'],
  'java.lang.NumberFormatException': ['java.lang.IllegalArgumentException'],
  'java.lang.NullPointerException': ['java.lang.RuntimeException'],
  'java.lang.ArithmeticException': ['java.lang.RuntimeException'],
  'java.lang.ClassCastException': ['java.lang.RuntimeException'],
  'java.lang.IndexOutOfBoundsException': ['java.lang.RuntimeException'],
  'java.lang.UnsupportedOperationException': ['java.lang.RuntimeException'],
  'java.lang.SecurityException': ['java.lang.RuntimeException'],
  'java.lang.OutOfMemoryError': ['java.lang.Error'],
  'java.lang.StackOverflowError': ['java.lang.Error'],
  'java.io.IOException': ['java.lang.Exception'],
  'java.io.EOFException': ['java.io.IOException'],
  'java.io.FileNotFoundException': ['java.io.IOException'],
  'java.io.InterruptedIOException': ['java.io.IOException'],
  'java.io.UnsupportedEncodingException': ['java.io.IOException'],
  'java.io.UncheckedIOException': ['java.lang.RuntimeException'],
  'java.io.ObjectStreamException': ['java.io.IOException'],
  'java.util.concurrent.ExecutionException': ['java.lang.Exception'],
  'java.util.concurrent.TimeoutException': ['java.lang.Exception'],
  'java.util.concurrent.CancellationException': ['java.lang.IllegalStateException'],
  'java.util.NoSuchElementException': ['java.lang.RuntimeException'],
  'java.security.GeneralSecurityException': ['java.lang.Exception'],
  'java.security.NoSuchAlgorithmException': ['java.security.GeneralSecurityException'],
  'java.security.KeyManagementException': ['java.security.GeneralSecurityException'],
  'java.text.ParseException': ['java.lang.Exception'],
  'java.net.URISyntaxException': ['java.lang.Exception'],
};

export const language: Language = {
  id: 'java',
  title: 'Java',
  extensions: ['.java'],
  grammar: 'tree-sitter-java.wasm',
  lineComment: '//',
  aside: /^(?:tests?|androidTest|testFixtures|it|examples?|demos?|samples?|benchmarks?|jmh)$/i,
  exceptions,
  catchAll: ['java.lang.Throwable', 'java.lang.Exception'],
  callsMayThrow: true,
  ownFields: true,
  mistakes: ['java.lang.NullPointerException'],
  callOnNull: 'java.lang.NullPointerException',
  cancellation: null,
  resolver,
  descends,
  outline: outlineFile,
  edits,
};
