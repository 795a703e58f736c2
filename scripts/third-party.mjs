// What of other people's work is in the packages: from the bundler's own record of what it took, and the grammars.
// dist/THIRD-PARTY-NOTICES.txt has the licences, dist/sbom.cdx.json is a CycloneDX 1.6 bill of materials.
import fs from 'node:fs';
import path from 'node:path';

/** Licences under which work may be in the packages. A new one is looked at by a person, then added. */
export const ALLOWED = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  '(MPL-2.0 OR Apache-2.0)',
  'Unlicense',
  'MIT AND ISC',
];

/** Folder of a package below node_modules (the innermost one) for a file of it; null for a file of the project. */
function packageOf(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first, second] = file.slice(at + 'node_modules/'.length).split('/');
  return file.slice(0, at) + 'node_modules/' + (first.startsWith('@') ? `${first}/${second}` : first);
}

/**
 * @param inputs files that were bundled, relative to `root`
 * @param folders packages whose files are copied as they are
 */
export function thirdParty(root, inputs, folders) {
  const all = new Set([...inputs.map(packageOf).filter((folder) => folder !== null), ...folders]);
  const packages = [...all].map((folder) => {
    const dir = path.resolve(root, folder);
    const { name, version, license, author, homepage } = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
    const files = fs
      .readdirSync(dir)
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .sort();
    const text = files.map((file) => fs.readFileSync(path.join(dir, file), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
    return {
      name,
      version,
      license: license ?? (/^(The )?MIT License/m.test(text) ? 'MIT' : ''),
      author: typeof author === 'object' ? author.name : author,
      homepage,
      text,
    };
  });
  const unique = [...new Map(packages.map((one) => [`${one.name}@${one.version}`, one])).values()];
  return unique.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

export function notices(packages) {
  const parts = packages.map(
    ({ name, version, license, author, text }) =>
      `${name} ${version} (${license})${text === '' && author ? `\nCopyright ${author}` : ''}\n\n${text}\n`,
  );
  return `CloseWait contains work of others under these licences.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

export function sbom(packages, { name, version, license }) {
  const purl = (one) => `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`;
  const component = (one) => ({
    type: 'library',
    'bom-ref': purl(one),
    name: one.name,
    version: one.version,
    purl: purl(one),
    licenses: [/[ (]/.test(one.license) ? { expression: one.license } : { license: { id: one.license } }],
  });
  const own = {
    type: 'application',
    'bom-ref': `pkg:npm/${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
    licenses: [{ license: { id: license } }],
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: own },
    components: packages.map(component),
    dependencies: [{ ref: own['bom-ref'], dependsOn: packages.map(purl) }],
  };
}

/** Writes both files, and throws for a licence that nobody looked at. */
export function writeThirdParty(root, inputs, folders) {
  const packages = thirdParty(root, inputs, folders);
  const strange = packages.filter(({ license }) => !ALLOWED.includes(license));
  if (strange.length > 0)
    throw new Error(
      `licences that scripts/third-party.mjs does not know: ${strange.map(({ name, license }) => `${name} (${license})`).join(', ')}`,
    );
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  fs.writeFileSync(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices(packages));
  fs.writeFileSync(path.join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom(packages, manifest), null, 2)}\n`);
}
