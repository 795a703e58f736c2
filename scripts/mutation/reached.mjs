// Writes down which of Stryker's changes the tests of this process reach.
import fs from 'node:fs';

process.on('exit', () => {
  const { mutantCoverage } = /** @type {{ mutantCoverage?: { static: object } }} */ (Reflect.get(globalThis, '__stryker__') ?? {});
  fs.writeFileSync(process.env.CLOSEWAIT_REACHED ?? '', JSON.stringify(Object.keys(mutantCoverage?.static ?? {})));
});
