// Several test files in one process, so that they share what they load: grammars, parsed programs, warmed-up code.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// Tests of the first files run while the others are loaded, and may be in another folder meanwhile.
const files = process.argv.slice(2).map((file) => pathToFileURL(path.resolve(file)).href);
for (const file of files) {
  try {
    await import(file);
  } catch (error) {
    // While other tests run, theirs would swallow it, and the tests of this file with it.
    console.error(`✖ ${file} cannot be loaded`, error);
    process.exitCode = 1;
  }
}
