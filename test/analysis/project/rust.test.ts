/** Rust: modules of a crate, crates of a workspace, names that are passed on. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../support/project-findings.js';

const serve = (use: string, call: string): string => `${use}
use std::net::TcpListener;

pub fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        ${call};
    }
}
`;

const session = `use std::io::Read;
use std::net::TcpStream;

pub fn run(mut stream: TcpStream) {
    let mut buf = [0; 16];
    while let Ok(n) = stream.read(&mut buf) {
        if n == 0 {
            break;
        }
    }
}

pub fn run_in_time(stream: TcpStream) {
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    run(stream);
}
`;

const waits = ['src/server.rs:6 missing-keepalive certain'];

describe('Rust projects', () => {
  it('a module beside the root, by its path in the crate', async () => {
    const files = { 'src/main.rs': 'mod server;\nmod session;\n', 'src/session.rs': session };
    assert.deepEqual(await findings({ ...files, 'src/server.rs': serve('use crate::session;', 'session::run(stream)') }), waits);
    assert.deepEqual(await findings({ ...files, 'src/server.rs': serve('use crate::session;', 'session::run_in_time(stream)') }), []);
  });
  it('a module below, one above, and a folder with mod.rs', async () => {
    const files = {
      'src/lib.rs': 'pub mod server;\npub mod net;\n',
      'src/net/mod.rs': 'pub mod session;\n',
      'src/net/session.rs': session,
    };
    assert.deepEqual(await findings({ ...files, 'src/server.rs': serve('use super::net::session::run;', 'run(stream)') }), waits);
  });
  it('a name that a module passes on', async () => {
    const files = {
      'src/lib.rs': 'pub mod server;\npub mod net;\n',
      'src/net.rs': 'mod session;\npub use self::session::run as talk;\n',
      'src/net/session.rs': session,
    };
    assert.deepEqual(await findings({ ...files, 'src/server.rs': serve('use crate::net;', 'net::talk(stream)') }), waits);
  });
  it('another crate of the workspace', async () => {
    const files = { 'talk-core/src/lib.rs': 'pub mod session;\n', 'talk-core/src/session.rs': session, 'app/src/main.rs': 'mod server;\n' };
    assert.deepEqual(await findings({ ...files, 'app/src/server.rs': serve('use talk_core::session::run;', 'run(stream)') }), [
      'app/src/server.rs:6 missing-keepalive certain',
    ]);
  });
  it('modules that name all of each other', async () => {
    const files = {
      'src/lib.rs': 'pub use a::*;\nmod a;\nmod b;\npub mod server;\n',
      'src/a.rs': 'pub use super::b::*;\n',
      'src/b.rs': 'pub use super::a::*;\npub use crate::*;\n',
    };
    assert.deepEqual(await findings({ ...files, 'src/server.rs': serve('use crate::a::Session;', 'Session::run(stream)') }), [
      'src/server.rs:6 missing-keepalive likely',
    ]);
  });
});
