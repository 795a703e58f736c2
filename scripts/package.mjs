// Packages the extension, which must be built: closewait.vsix, or the file named on the command line.
import { createVSIX } from '@vscode/vsce';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Packages out/extension as `npm run build` left it; everything is bundled, so no package of node_modules goes in. */
export async function packageExtension(file) {
  await createVSIX({
    cwd: path.join(root, 'out/extension'),
    packagePath: file,
    // The extension's page shows only images with an address: vsce makes it from `repository`.
    dependencies: false,
  });
  return fs.statSync(file).size;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = path.resolve(process.argv[2] ?? path.join(root, 'closewait.vsix'));
  const size = await packageExtension(file);
  console.error(`${path.relative(process.cwd(), file)}: ${(size / 1e6).toFixed(2)} MB`);
}
