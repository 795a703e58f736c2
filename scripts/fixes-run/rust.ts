/** Rust programs of the standard library alone: built by rustc, a function called with arguments made by their types. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from './execute.js';

const MAIN = `#[path = "PROGRAM"]
#[allow(dead_code, unused)]
mod program;
use std::os::fd::FromRawFd;

fn port() -> String { std::env::var("CLOSEWAIT_PORT").unwrap() }
fn address() -> String { format!("127.0.0.1:{}", port()) }
fn report(text: &str) {
    use std::io::Write;
    let mut out = unsafe { std::fs::File::from_raw_fd(3) };
    writeln!(out, "RESULT {}", text).unwrap();
    std::process::exit(0);
}
fn connected() -> std::net::TcpStream {
    match std::net::TcpStream::connect(address()) {
        Ok(stream) => stream,
        Err(_) => { report("{\\"callable\\": false, \\"said\\": \\"arguments cannot be made\\", \\"before\\": 0, \\"after\\": 0}"); unreachable!() }
    }
}
fn descriptors() -> usize { std::fs::read_dir("/proc/self/fd").unwrap().count() }

fn main() {
    let before = descriptors();
    let said = { let result = program::FUNCTION(ARGUMENTS); SAID };
    std::thread::sleep(std::time::Duration::from_millis(100));
    report(&format!("{{\\"said\\": {:?}, \\"before\\": {}, \\"after\\": {}, \\"flagged\\": false}}", said, before, descriptors()));
}
`;

/** By type without spaces, lifetimes and names of modules. */
const VALUES: Readonly<Record<string, string>> = {
  '&str': '&address()',
  String: 'address()',
  '&String': '&address()',
  TcpStream: 'connected()',
  '&TcpStream': '&connected()',
  '&mutTcpStream': '&mut connected()',
  TcpListener: 'std::net::TcpListener::bind(address()).unwrap()',
  '&TcpListener': '&std::net::TcpListener::bind(address()).unwrap()',
  SocketAddr: 'address().parse().unwrap()',
  '&SocketAddr': '&address().parse().unwrap()',
  '&[u8]': 'b"hello"',
  u16: 'port().parse().unwrap()',
};

export function prepareRust(text: string, name: string, fn: string, dir: string): Prepared {
  const foreign = /^\s*(?:pub )?use (?!std::|core::|self::|super::|crate::)(\w+)/m.exec(text)?.[1];
  if (foreign !== undefined) return { reason: `needs the crate ${foreign}` };
  const head = new RegExp(`^(?:pub )?(async )?fn ${fn}(?:<[^>]*>)?\\(([^)]*)\\)\\s*(?:->\\s*([^{]+?))?\\s*\\{`, 'm').exec(text);
  if (!head) return { reason: `no definition of ${fn}` };
  if (head[1] !== undefined) return { reason: 'async without a runtime' };
  const values = (head[2] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => VALUES[part.replace(/^[^:]*:/, '').replace(/\b\w+::|\s|'\w+/g, '')]);
  if (values.includes(undefined)) return { reason: `no arguments of ${fn} can be made` };
  const result = head[3] ?? '()';
  const said = result === '()' ? '{ let _ = result; "returns".to_string() }' : saidOf(result);
  writeFileSync(path.join(dir, path.basename(name)), text.replace(new RegExp(`^fn ${fn}\\b`, 'm'), `pub fn ${fn}`));
  writeFileSync(
    path.join(dir, 'main.rs'),
    MAIN.replace('PROGRAM', () => path.basename(name))
      .replace('FUNCTION', fn)
      .replace('ARGUMENTS', () => values.join(', '))
      .replace('SAID', () => said),
  );
  const { status, stderr, error } = spawnSync('rustc', ['--edition', '2021', '-A', 'warnings', '-o', 'program', 'main.rs'], {
    cwd: dir,
    encoding: 'utf8',
  });
  if (error) return { reason: 'no rustc' };
  if (status !== 0) return { reason: `does not build: ${/^error.*$/m.exec(stderr)?.[0] ?? ''}` };
  return { command: [path.join(dir, 'program')], cwd: dir };
}

/** What is given may be something that cannot be printed: then only whether it is an error is told. */
function saidOf(result: string): string {
  const inner = /Result<([^,]*(?:<[^<>]*>)?)(?:,[^,<>]*)?>$/.exec(result)?.[1]?.trim() ?? '';
  const isPlain = (type: string): boolean => /^(\(\)|bool|u\d+|i\d+|usize|isize|String|Option<String>|Vec<u8>)$/.test(type);
  if (isPlain(inner)) return 'format!("{:?}", result.map_err(|error| error.to_string()))';
  if (inner !== '') return 'match &result { Ok(_) => "gives something".to_string(), Err(error) => error.to_string() }';
  return isPlain(result) ? 'format!("{:?}", result)' : '{ let _ = &result; "gives something".to_string() }';
}
