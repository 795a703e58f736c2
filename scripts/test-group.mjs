// Several test files in one process, so that they share what they load: grammars, parsed programs, warmed-up code.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(path.resolve(file)).href);
