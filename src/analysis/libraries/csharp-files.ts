/** Files, as far as opening or reading one can fail while a connection is open. References: dotnet/runtime 8.0, System.Private.CoreLib. */

import type { Library } from '../flow/facts.js';

const file = 'System.IO.File.';

export const library: Library = {
  id: 'csharp-files',
  languages: ['csharp'],
  title: 'System.IO: files',
  types: [],
  calls: [
    {
      name: ['OpenRead', 'OpenText', 'ReadAllText', 'ReadAllTextAsync', 'ReadAllBytes', 'ReadAllBytesAsync', 'ReadAllLines', 'ReadLines']
        .map((name) => file + name)
        .concat('System.IO.FileStream', `${file}Open`),
      source: 'System/IO/File.cs OpenRead: FileNotFoundException',
      fails: [{ throws: ['System.IO.FileNotFoundException'] }],
    },
    {
      name: ['OpenWrite', 'Create', 'CreateText', 'WriteAllText', 'WriteAllBytes', 'WriteAllLines', 'AppendAllText', 'Delete', 'Move'].map(
        (name) => file + name,
      ),
      source: 'System/IO/File.cs Create: IOException',
      fails: [{ throws: ['System.IO.IOException'] }],
    },
  ],
};
