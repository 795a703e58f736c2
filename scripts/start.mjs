// npm start: builds, then opens the extension on a copy of the samples: in desktop VS Code when `code` is there,
// else in the VS Code server that the tests use, shown in a browser. Ctrl+C ends it and removes what it made.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((dir) => path.join(dir, name))
    .find((file) => fs.existsSync(file));

if (spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], { stdio: 'inherit' }).status !== 0) process.exit(1);
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-start-'));
const workspace = path.join(tmp, 'samples');
fs.cpSync(path.join(root, 'samples'), workspace, { recursive: true });
const cleanUp = () => fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });

const code = process.env.VSCODE_EXECUTABLE ?? onPath('code');
if (code && !process.argv.includes('--browser')) {
  const args = [
    '--new-window',
    '--wait',
    `--extensionDevelopmentPath=${path.join(root, 'out/extension')}`,
    workspace,
    path.join(workspace, 'collector.py'),
  ];
  console.error(`opening ${code}; close the window to end`);
  spawnSync(code, args, { stdio: 'inherit' });
  cleanUp();
} else {
  await serve();
}

/** Packages the extension, installs it into a fresh server, prints the address. */
async function serve() {
  const { installVsix, startServer, workbenchUrl } = await import('../test/host/vscode-host.mjs');
  const { packageExtension } = await import('./package.mjs');
  const vsix = path.join(tmp, 'closewait.vsix');
  await packageExtension(vsix);
  const dataDir = path.join(tmp, 'data');
  installVsix(vsix, { dataDir });
  const port = Number(process.env.PORT ?? 0);
  const server = await startServer({ dataDir, settings: { 'workbench.editorAssociations': {} }, port, isDriven: false });
  const url = workbenchUrl({ port: server.port, folder: workspace });
  console.log(`CloseWait in VS Code: ${url}\nOpen collector.py. Ctrl+C ends the server.`);
  const browser = onPath('xdg-open') ?? (process.platform === 'darwin' ? onPath('open') : undefined);
  if (browser && (process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.platform === 'darwin'))
    spawn(browser, [url], { stdio: 'ignore', detached: true }).unref();
  const end = async () => {
    await server.stop();
    cleanUp();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end());
  server.child.once('exit', () => void end());
}
