/** The worker's side: runs the analyser and the model for the extension, one request after the other. */

import { Analyser, analysisOptions, checked, fixesOf, type CheckedFile, type CheckOptions, type Fix } from '../app/check.js';
import { curesByFix } from '../app/cures.js';
import { fixAll } from '../app/fix-all.js';
import { explainAt } from '../app/hover.js';
import { LANGUAGES } from '../app/languages.js';
import { fixesWithin, withinLines } from '../app/notebook.js';
import { trialOf, type Trial } from '../app/trial.js';
import { RULE_TEXTS, ruleAnswer } from '../app/rules.js';
import { played } from '../app/story.js';
import { storyOf } from '../app/told-story.js';
import { firstPage } from '../simulator/first-page.js';
import { speak } from '../words/say.js';
import { DiagnosedProgram } from './diagnosed-program.js';
import type { AnswerOf, FromWorker, RequestKind, RequestOf, ToWorker } from './messages.js';
import { Surroundings } from './surroundings.js';
import type { ThreadPort } from './thread.js';

/** A pause before the files around the documents are read (ms). */
const PAUSE_MS = 20;

interface OpenDocument {
  uri: string;
  version: number;
  language: string;
  text: string;
  /** As in the request. */
  lines: number | null;
  options: CheckOptions;
  analysis: ReturnType<Analyser['update']>;
  file: CheckedFile;
  /** Verified fixes by the finding's index: the light bulb asks again whenever the cursor moves. */
  fixes: Map<number, Fix[]>;
}

type Handlers = { [K in RequestKind]: (request: RequestOf<K>) => Promise<AnswerOf<K>> | AnswerOf<K> };

/** Answers requests that arrive at `port` until the thread ends. */
export function serve(port: ThreadPort): void {
  const loads = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>();
  let loadId = 1;
  const load = (name: string): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const id = loadId++;
      loads.set(id, { resolve, reject: () => reject(new Error(`cannot read ${name}`)) });
      port.post({ id, kind: 'load', name } satisfies FromWorker);
    });
  const { handlers, work, settled } = handlersFor(
    () => Analyser.open(load, () => performance.now()),
    (uris) => port.post({ kind: 'renewed', uris } satisfies FromWorker),
  );
  let queue: Promise<void> = Promise.resolve();
  port.onMessage((data) => {
    const message = data as ToWorker;
    if (message.kind === 'loaded') {
      const waiting = loads.get(message.id);
      loads.delete(message.id);
      if (message.bytes) waiting?.resolve(message.bytes);
      else waiting?.reject(new Error());
      return;
    }
    queue = queue.then(() => answer(port, handlers, message)).then(() => goOn());
  });
  // Between two requests the files around the documents are read, some at a time.
  let waiting = false;
  const goOn = (): void => {
    if (waiting || settled()) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      queue = queue.then(work).then(goOn);
    }, PAUSE_MS);
  };
}

async function answer(port: ThreadPort, handlers: Handlers, message: Exclude<ToWorker, { kind: 'loaded' }>): Promise<void> {
  try {
    const handler = handlers[message.kind] as (request: unknown) => unknown;
    port.post({ id: message.id, kind: 'answer', answer: await handler(message.request) } satisfies FromWorker);
  } catch (error) {
    port.post({
      id: message.id,
      kind: 'failed',
      reason: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
    } satisfies FromWorker);
  }
}

/** The analyser's finding with its unverified fixes: what was checked without fixes has none. */
function candidateOf({ analysis, file }: OpenDocument, index: number): OpenDocument['analysis']['findings'][number] | undefined {
  const shown = file.findings[index];
  return (
    shown &&
    analysis.findings.find(({ rule, connection, range }) => rule === shown.rule && connection === shown.connection && range === shown.range)
  );
}

function diagnosisOf(program: DiagnosedProgram): Pick<Handlers, 'program' | 'programWork' | 'diagnose'> {
  return {
    program: (request) => program.take(request),
    programWork: () => program.work(),
    diagnose: (request) => program.diagnose(request),
  };
}

interface Served {
  handlers: Handlers;
  /** Reads some of the files that wait. */
  work(): void;
  settled(): boolean;
}

function handlersFor(open: () => Promise<Analyser>, renewed: (uris: string[]) => void): Served {
  let opening: Promise<Analyser> | null = null;
  const analyser = (): Promise<Analyser> => (opening ??= open());
  const documents = new Map<string, OpenDocument>();
  const around = new Surroundings(analyser);
  const at = (uri: string, version: number): OpenDocument | null => {
    const document = documents.get(uri);
    return document?.version === version ? document : null;
  };
  const trial = async ({ uri, text, language, options }: OpenDocument): Promise<Trial> =>
    around.trial(uri, language, options) ?? trialOf(await analyser(), text, language, analysisOptions(options));
  const forget = async (uri: string): Promise<null> => {
    if (documents.delete(uri)) (await analyser()).closeDocument(uri);
    return null;
  };
  const handlers: Handlers = {
    async check({ uri, version, language, text, lines, options }) {
      const known = await analyser();
      await known.prepare(language);
      if (documents.get(uri)?.language !== language) await forget(uri);
      const analysis = around.check(known, uri, text, language, options) ?? known.update(uri, text, language, analysisOptions(options));
      const all = checked(language, analysis, options, () => trialOf(known, text, language, analysisOptions(options)));
      const file = lines === null ? all : withinLines(all, lines);
      documents.set(uri, { uri, version, language, text, lines, options, analysis, file, fixes: new Map() });
      return file;
    },
    ...questionsTo(at, trial),
    rule: ({ id }) => ruleAnswer(id),
    rules: () => RULE_TEXTS.map(({ id, scenario, examples }) => ({ id, scenario, examples })),
    languages: () => LANGUAGES.map(({ id, extensions, lineComment }) => ({ id, extensions, lineComment })),
    speak(catalogue) {
      speak(catalogue);
      return null;
    },
    forget: ({ uri }) => forget(uri),
    ...diagnosisOf(new DiagnosedProgram(analyser)),
    files: ({ files, more }) => around.take(files, more, (uri) => documents.has(uri)),
  };
  const tell = (uris: string[]): void => {
    if (uris.length > 0) renewed(uris);
  };
  return { handlers, settled: () => around.isSettled, work: () => tell(around.work().filter((uri) => documents.has(uri))) };
}

/** What is asked of a document in the version that is open. */
function questionsTo(
  at: (uri: string, version: number) => OpenDocument | null,
  trial: (document: OpenDocument) => Promise<Trial>,
): Pick<Handlers, 'fixes' | 'cures' | 'fixAll' | 'story' | 'firstPage' | 'hover'> {
  return {
    firstPage({ show, scenario, machine }) {
      const story = played(show.connection.profile, scenario, machine);
      return story && { story, drawn: firstPage(show, story) };
    },
    async fixes({ uri, version, finding: index }) {
      const document = at(uri, version);
      const finding = document && candidateOf(document, index);
      if (!document || !finding) return null;
      const fixes = document.fixes.get(index) ?? fixesWithin(fixesOf(await trial(document), finding), document.lines ?? Infinity);
      document.fixes.set(index, fixes);
      return fixes;
    },
    async cures({ uri, version, connection }) {
      const document = at(uri, version);
      return document && curesByFix(await trial(document), document.analysis, connection);
    },
    async fixAll({ uri, version, rule }) {
      const document = at(uri, version);
      return document && fixAll(await trial(document), rule, document.lines);
    },
    story({ uri, version, connection: index, scenario }) {
      const document = at(uri, version);
      const connection = document?.file.connections[index];
      return document && connection ? storyOf(document.file, connection, document.options.machine, scenario) : null;
    },
    hover({ uri, version, line, column }) {
      const document = at(uri, version);
      return document && explainAt(document.file, line, column, document.options.machine);
    },
  };
}
