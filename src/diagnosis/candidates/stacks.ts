/** Frames of stacks and tracebacks held against a connection's calls: a frame that stands on one of them names the line itself. */

import type { ProfileStep, Role } from '../../scenarios/profile.js';
import type { ErrorSign, Frame, StackSign } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { Opening } from './program.js';
import { plainName } from './program.js';
import { say } from '../../words/say.js';

/** Where packages are installed: what follows is the whole name of a file of one. */
const INSTALLED = /^.*\/(?:site-packages|dist-packages|node_modules)\//;

/** Parts of a path that both agree on, from the end; 0 when the file's names differ, or the frame's is a package's. */
function agreement(frame: string, file: string): number {
  const within = frame.replace(/\\/g, '/').replace(INSTALLED, '');
  const same = agreeing(frame, file);
  return within.length < frame.length && same < within.split('/').length ? 0 : same;
}

function agreeing(frame: string, file: string): number {
  const [a, b] = [frame, file].map((path) =>
    path
      .replace(/\\/g, '/')
      .split('/')
      .filter((p) => p !== '' && p !== '.'),
  );
  let same = 0;
  while (same < (a?.length ?? 0) && same < (b?.length ?? 0) && a?.at(-1 - same) === b?.at(-1 - same)) same++;
  return same;
}

interface Place {
  file: string;
  line: number;
  do: string;
}

function placesOf(opening: Opening): Place[] {
  const { connection, file } = opening;
  const of = (steps: readonly ProfileStep[]): Place[] =>
    steps.flatMap((s) => [{ file: s.file ?? file.path, line: s.line, do: s.call ?? s.do }, ...of(s.steps ?? [])]);
  const own: Place[] = [];
  for (let line = connection.range.startLine; line <= connection.range.endLine; line++)
    own.push({ file: file.path, line, do: connection.library });
  return [...own, ...of(connection.steps)];
}

/**
 * What a list of frames, nearest first or last, says of an opening.
 * @param only it is the only one of its file
 */
export function frameEvidence(frames: readonly Frame[], who: string, opening: Opening, only = false): Evidence | null {
  const places = placesOf(opening);
  let best: Evidence | null = null;
  for (const frame of frames) {
    if (frame.line === null || frame.file === '') continue;
    const evidence = oneFrame(frame, who, opening, places, only);
    if (evidence && evidence.weight > (best?.weight ?? 0)) best = evidence;
  }
  return best ?? libraryEvidence(frames, who, opening) ?? folderEvidence(frames, who, opening);
}

/** The stack comes through a file that stands beside this one. */
function folderEvidence(frames: readonly Frame[], who: string, opening: Opening): Evidence | null {
  const folder = opening.file.path.split('/').at(-2) ?? '';
  const beside = frames.find(
    ({ file }) => folder !== '' && !INSTALLED.test(file.replace(/\\/g, '/')) && file.replace(/\\/g, '/').split('/').at(-2) === folder,
  );
  return beside ? { kind: 'frame', weight: WEIGHTS.frameInFolder, text: say`${who} comes through ${folder}` } : null;
}

/** A traceback of one runtime says nothing of programs that another runs. */
export function otherTraceback(frames: readonly Frame[], opening: Opening): Evidence | null {
  const known = frames.filter(({ file }) => EXTENSIONS.some(([ext]) => ext.test(file)));
  if (known.length === 0 || known.some((f) => runsIn(f, opening.file.language))) return null;
  return { kind: 'command', weight: WEIGHTS.otherRuntime, text: say`the traceback is of another language` };
}

/** Lines between a call and the log's about its failure. */
const BELOW = 8;

/** The log was written a few lines below a call of this connection that may have failed so: what comes first when a call has failed. */
export function logEvidence(sign: ErrorSign, opening: Opening): Evidence | null {
  const [place] = sign.frames;
  if (!place || place.line === null || place.function !== null || sign.call === null) return null;
  const { line } = place;
  if (sign.call === 'accept' && opening.connection.role !== 'accepted') return null;
  const flat = (steps: readonly ProfileStep[]): ProfileStep[] => steps.flatMap((s) => [s, ...flat(s.steps ?? [])]);
  const step = flat(opening.connection.steps).find(
    (s) => s.do === sign.call && s.line < line && line - s.line <= BELOW && agreement(place.file, s.file ?? opening.file.path) > 0,
  );
  const at = `${place.file.slice(place.file.lastIndexOf('/') + 1)}:${line}`;
  return step
    ? { kind: 'frame', weight: WEIGHTS.logBelow, text: say`the log was written at ${at}, just below its ${sign.call} on line ${step.line}` }
    : null;
}

/** Libraries whose frames do not tell their name as the code writes it, or not which side they serve. */
const LIBRARIES: readonly { frames: RegExp; role: Role | 'server'; library: RegExp }[] = [
  { frames: /net\/http\.\(?[*_]?(?:conn|connReader|Server)\)?\./, role: 'accepted', library: /http|Serve/i },
  { frames: /net\/http\.\(?[*_]?(?:persistConn|Transport|noteEOFReader)\)?\./, role: 'client', library: /http/i },
  { frames: /^sun\.net\.www\./, role: 'client', library: /openConnection|openStream|java\.net\.(?:URL|HttpURL)/ },
  { frames: /^org\.apache\.http\./, role: 'client', library: /org\.apache\.http|HttpClient/ },
  // asyncio/selector_events.py, proactor_events.py: a server's socket takes its next connection
  { frames: /^_accept_connection2?$|^_start_serving$/, role: 'server', library: /start_server|create_server|run_app|TCPSite|run$|serve$/ },
  // socketserver.py BaseServer
  { frames: /^_handle_request_noblock$|^get_request$/, role: 'server', library: /Server$|make_server/ },
];

const EXTENSIONS: readonly [RegExp, RegExp][] = [
  [/\.py$/, /^python/],
  [/\.go$/, /^go$/],
  [/\.(?:java|kt|scala)$/, /^(?:java|kotlin|scala)$/],
  [/\.[cm]?[jt]sx?$/, /^(?:java|type)script/],
];

/** Is the frame of that language? */
const runsIn = ({ file }: Frame, language: string): boolean => EXTENSIONS.some(([ext, of]) => ext.test(file) && of.test(language));

/** All frames are a library's, and it is the one that this line opens its connection with. */
function libraryEvidence(frames: readonly Frame[], who: string, opening: Opening): Evidence | null {
  const { role, library } = opening.connection;
  if (!frames.some((f) => runsIn(f, opening.file.language))) return null;
  const known = LIBRARIES.find((l) => frames.some((f) => l.frames.test(f.function ?? '')));
  const root = library.split(/[.:]/)[0] as string;
  const fits = known
    ? (known.role === role || (known.role === 'server' && role !== 'client')) && known.library.test(library)
    : root.length > 3 && frames.some((f) => new RegExp(`(?:^|/)${root.replace(/\W/g, '')}(?:/|\\.py$)`).test(f.file.replace(/\\/g, '/')));
  return fits ? { kind: 'frame', weight: WEIGHTS.frameInLibrary, text: say`${who} stands in the library of ${library}` } : null;
}

function oneFrame(frame: Frame, who: string, opening: Opening, places: readonly Place[], only: boolean): Evidence | null {
  const at = `${frame.file.slice(frame.file.lastIndexOf('/') + 1)}:${frame.line}`;
  const step = places.find((p) => p.line === frame.line && agreement(frame.file, p.file) > 0);
  if (step)
    return { kind: 'frame', weight: WEIGHTS.frameOnStep, text: say`${who} stands at ${at}, which is ${step.do} on this connection` };
  if (agreement(frame.file, opening.file.path) === 0) return null;
  const inFunction =
    frame.function !== null && plainName(frame.function.split('(', 1)[0] as string) === plainName(opening.connection.function);
  if (inFunction)
    return { kind: 'frame', weight: WEIGHTS.frameInFunction, text: say`${who} stands at ${at}, in the function that opens it` };
  if (only)
    return { kind: 'frame', weight: WEIGHTS.frameAtOnly, text: say`${who} stands at ${at}, and no other line of that file opens one` };
  return { kind: 'frame', weight: WEIGHTS.frameInFile, text: say`${who} stands at ${at}, in the same file` };
}

/** "goroutine 7 and 36 more (IO wait, 37 min)". */
function stackTitle(stack: StackSign): string {
  const title = stack.count > 1 ? say`${stack.title} and ${stack.count - 1} more` : stack.title;
  const since = stack.since === null ? '' : `, ${Math.round(stack.since / 60)} min`;
  return `${title}${stack.waits === null ? '' : ` (${stack.waits}${since})`}`;
}

/** The stacks that stand on this connection's calls, the best of them as the reason. */
export function stacksEvidence(
  stacks: readonly StackSign[],
  errors: readonly ErrorSign[],
  opening: Opening,
  only = false,
): Evidence | null {
  const all = [
    ...stacks.map((s) => frameEvidence(s.frames, stackTitle(s), opening, only)),
    ...errors.map((e) => frameEvidence(e.frames, say`the traceback of ${e.errno}`, opening, only)),
  ].filter((e) => e !== null);
  return all.sort((a, b) => b.weight - a.weight)[0] ?? null;
}
