/** Places in source text that stacks and tracebacks name, in each language's own form. */

import type { Frame } from './symptom.js';

interface FrameForm {
  /** Groups: file, line, fn, in any order by name. */
  form: RegExp;
}

/** One form per runtime; a line is read by the first that fits. */
const FORMS: readonly FrameForm[] = [
  // Python traceback, faulthandler, pystack, tracemalloc: File "app.py", line 12, in fetch
  { form: /^\s*(?:\((?:Python|C)\) )?File "(?<file>[^"]{1,1024})", line(?:no)? (?<line>\d+)(?:,? in (?<fn>\S+))?/ },
  // Java: at app//com.example.Client.read(Client.java:33)
  { form: /^\s*at (?:[\w.@-]*\/){0,3}(?<fn>[\w.$<>]+)\((?:[\w.@-]*\/)?(?<file>[\w$-]+\.(?:java|kt|scala|groovy))(?::(?<line>\d+))?\)/ },
  // .NET: at Shop.Client.Fetch(String host) in /src/shop/Client.cs:line 42
  { form: /^\s*at (?<fn>[^\s(]{1,400})\([^)]{0,1000}\) in (?<file>[^\n]{1,1024}):(?:line|Zeile|ligne|línea|riga|行) (?<line>\d+)\s*$/ },
  // Node: at Socket.onData (/srv/app.js:10:5), at /srv/app.js:10:5, at async file:///srv/app.mjs:10:5; in quotes in a report
  {
    form: /^\s*"?at (?<fn>[^()]{1,200}?) \((?:file:\/\/\/?(?=[A-Za-z]:)|file:\/\/)?(?<file>(?:[A-Za-z]:)?[^():]{1,1024}):(?<line>\d+):\d+\)/,
  },
  { form: /^\s*"?at (?:async )?(?:file:\/\/\/?(?=[A-Za-z]:)|file:\/\/)?(?<file>(?:[A-Za-z]:)?[^\s():][^():]{0,1023}):(?<line>\d+):\d+/ },
  // Go: \t/srv/main.go:33 +0x1d
  { form: /^\s+(?<file>(?:[A-Za-z]:)?[^\s:]{1,1024}\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*|\s*)$/ },
  { form: /^(?<file>(?:[A-Za-z]:)?[^\s:]{1,1024}\.go):(?<line>\d+) \+0x[0-9a-f]+/ },
  // Go's profile of goroutines: #\t0x65c517\tmain.(*relay).pump+0xf7\t/srv/relay.go:64
  { form: /^#\s+0x[0-9a-f]+\s+(?<fn>\S{1,400})\+0x[0-9a-f]+\s+(?<file>[^\s:]{1,1024}):(?<line>\d+)\s*$/ },
  // lldb: frame #1: 0x0000000100003f2c client`fetch(fd=3) at client.c:24:5
  {
    form: /^\s*(?:\*\s*)?frame #\d+: 0x[0-9a-f]+ [^`]{1,200}`(?<fn>[^\s(]{1,400})(?=[\s(]).{0,2000} at (?<file>[^\s:]{1,1024}):(?<line>\d+)/,
  },
  // valgrind: by 0x4006A3: fetch (client.c:24)
  { form: /^(?:==\d+==)?\s*(?:at|by) 0x[0-9A-F]+: (?<fn>[^\s(]{1,400})(?=[\s(]).{0,400} \((?<file>[^():]{1,1024}):(?<line>\d+)\)/ },
  // py-spy: recv (server.py:33), fetch (/srv/app.py:12)
  { form: /^\s{2,}(?<fn>[\w.<>]+) \((?<file>[^():]{1,1024}\.py):(?<line>\d+)\)/ },
  // A dump of Java's virtual threads: com.example.Client.read(Client.java:33)
  { form: /^\s{2,}(?:[\w.@-]*\/){0,3}(?<fn>[\w.$<>]+)\((?<file>[\w$-]+\.(?:java|kt|scala)):(?<line>\d+)\)\s*$/ },
];

/** `#3  0x00007f… in main (argc=1) at /srv/server.c:12` (gdb), `#1 0x55 in fetch(int) /srv/client.cpp:24:9` (sanitizers). */
const NUMBERED = /^\s*#\d+\s+(?:0x[0-9a-f]+ in )?(?=\S)/;
const AT_END = /^([^\s:]{1,1024})(?::(\d+))?(?::\d+)?\s*$/;

function numberedFrame(text: string): Frame | null {
  const head = NUMBERED.exec(text);
  if (!head) return null;
  const rest = text.slice(head[0].length);
  for (const mark of [') at ', ') from ', ' ']) {
    const cut = rest.lastIndexOf(mark);
    const place = cut < 0 ? null : AT_END.exec(rest.slice(cut + mark.length));
    if (!place || (mark === ' ' && (place[2] === undefined || !head[0].includes(' in ')))) continue;
    const name = rest.slice(0, cut).split(mark === ' ' ? '(' : ' (')[0] as string;
    return { file: place[1] as string, line: place[2] === undefined ? null : Number(place[2]), function: name.trim() || null };
  }
  return null;
}

/** The place that a line of a stack names; null when it names none. */
export function frameIn(text: string): Frame | null {
  for (const { form } of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups?.file === undefined) continue;
    return { file: groups.file, line: groups.line === undefined ? null : Number(groups.line), function: groups.fn ?? null };
  }
  return numberedFrame(text);
}

const SOURCES = 'py|go|c|h|cc|cpp|cxx|hpp|hh|java|kt|scala|js|mjs|cjs|jsx|ts|mts|cts|tsx|cs|rs';
/** `main.go:33:`, `[app.py:33]`, `panicked at src/main.rs:12:50`, `"caller":"srv/feed.go:61"`: where a line of a log was written. */
const INLINE = new RegExp(`(?<![\\w/.:\\\\-])(?<file>(?:[A-Za-z]:)?[\\w./\\\\@+-]{1,300}\\.(?:${SOURCES})):(?<line>\\d{1,7})(?![\\w.])`);

/** The place from which a line of a log says that it comes. */
export function placeIn(text: string): Frame | null {
  const groups = INLINE.exec(text.slice(0, 1000))?.groups;
  return groups?.file === undefined ? null : { file: groups.file, line: Number(groups.line), function: null };
}
