/** Files, as far as opening or reading one can fail while a connection is open. OpenJDK 17, java.base. */

import type { Library } from '../flow/facts.js';

const files = 'java.nio.file.Files.';

export const library: Library = {
  id: 'java-files',
  languages: ['java'],
  title: 'java.io, java.nio.file: files',
  types: [],
  calls: [
    {
      name: ['java.io.FileInputStream', 'java.io.FileOutputStream', 'java.io.FileReader', 'java.io.RandomAccessFile'],
      source: 'java/io/FileInputStream.java FileInputStream(File): no such file, a folder, no permission',
      fails: [{ throws: ['java.io.FileNotFoundException'] }],
    },
    {
      name: ['java.io.FileWriter', 'java.io.File.createTempFile'],
      source: 'java/io/FileWriter.java FileWriter(File)',
      fails: [{ throws: ['java.io.IOException'] }],
    },
    {
      name: ['newInputStream', 'newBufferedReader', 'readAllBytes', 'readAllLines', 'readString', 'lines', 'size', 'list', 'walk']
        .concat(['newOutputStream', 'newBufferedWriter', 'write', 'writeString', 'newByteChannel'])
        .concat(['createFile', 'createDirectory', 'createDirectories', 'createTempFile', 'delete', 'move'])
        .map((name) => files + name),
      source: 'java/nio/file/Files.java: IOException',
      fails: [{ throws: ['java.io.IOException'] }],
    },
  ],
};
