/** A read of nothing leaves the loop, by what the function around can give. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyEdits } from '../../src/app/edits.js';
import { checkText } from './analyser.js';

const program = (result: string, loop: string): string => `use std::io::Read;
use std::net::TcpStream;

pub fn ticks(host: &str) -> ${result} {
    let mut stream = TcpStream::connect(host)?;
    let mut total = 0;
    let mut buf = [0u8; 64];
${loop}
}
`;

const ENDLESS = `    loop {
        let n = stream.read(&mut buf)?;
        total += n;
    }`;

const WHILE = `    while let Ok(n) = stream.read(&mut buf) {
        if n > 3 {
            total += 1;
        }
    }
    Ok(total)`;

function left(text: string): string {
  const { findings } = checkText(text, 'rust', { fixes: true });
  const fix = findings.find(({ rule }) => rule === 'eof-without-close')?.fixes[0];
  return fix ? (applyEdits(text, fix.edits) ?? '') : '';
}

it('an endless loop gives an error where it owes a value, and nothing where it owes none', () => {
  assert.match(left(program('std::io::Result<usize>', ENDLESS)), /if n == 0 \{\n {12}return Err\(.*UnexpectedEof\)\.into\(\)\);\n {8}\}/);
  assert.match(left(program('std::io::Result<()>', ENDLESS)), /if n == 0 \{\n {12}return Ok\(\(\)\);\n {8}\}/);
  assert.equal(left(program('Option<usize>', ENDLESS)), '');
});

it('a loop over successes is left where one of them is the end', () => {
  assert.match(left(program('std::io::Result<usize>', WHILE)), /while let .* \{\n {8}if n == 0 \{\n {12}break;\n {8}\}\n {8}if n > 3/);
});
