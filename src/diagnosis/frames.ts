/** Places in source text that stacks and tracebacks name, in each language's own form. */

import type { Frame } from './symptom.js';

interface FrameForm {
  /** Groups: file, line, function, in any order by name. */
  form: RegExp;
}

/** One form per runtime; a line is read by the first that fits. */
const FORMS: readonly FrameForm[] = [
  // Python traceback, faulthandler: File "app.py", line 12, in fetch
  { form: /^\s*File "(?<file>[^"]{1,1024})", line (?<line>\d+)(?:,? in (?<fn>\S+))?/ },
  // Java: at com.example.Client.read(Client.java:33)
  {
    form: /^\s*at (?:[\w.]+@?[\w.]*\/)?(?<fn>[\w.$<>]+)\((?:[\w.]+@?[\w.]*\/)?(?<file>[\w$-]+\.(?:java|kt|scala|groovy))(?::(?<line>\d+))?\)/,
  },
  // Node: at Socket.onData (/srv/app.js:10:5), at /srv/app.js:10:5, at async file:///srv/app.mjs:10:5
  { form: /^\s*at (?:async )?(?:(?<fn>[^()]{1,200}?) \()?(?:file:\/\/)?(?<file>(?:[A-Za-z]:)?[^\s():]{1,1024}):(?<line>\d+):\d+\)?\s*$/ },
  // Go: \t/srv/main.go:33 +0x1d
  { form: /^\s+(?<file>(?:[A-Za-z]:)?[^\s:]{1,1024}\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?\s*$/ },
  // gdb: #3  0x00007f… in main (argc=1) at /srv/server.c:12
  { form: /^\s*#\d+\s+(?:0x[0-9a-f]+ in )?(?<fn>[\w:~<>]+)\s*\(.{0,2000}\)\s+(?:at|from)\s+(?<file>[^\s:]{1,1024})(?::(?<line>\d+))?/ },
  // py-spy: recv (server.py:33), fetch (/srv/app.py:12)
  { form: /^\s{2,}(?<fn>[\w.<>]+) \((?<file>[^():]{1,1024}\.py):(?<line>\d+)\)/ },
  // Rust: at src/main.rs:12:5
  { form: /^\s*at (?<file>[^\s:]{1,1024}\.rs):(?<line>\d+):\d+/ },
];

/** The place that a line of a stack names; null when it names none. */
export function frameIn(text: string): Frame | null {
  for (const { form } of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups?.file === undefined) continue;
    return { file: groups.file, line: groups.line === undefined ? null : Number(groups.line), function: groups.fn ?? null };
  }
  return null;
}
