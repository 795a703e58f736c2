import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { experimentSchema, schemaText } from '../../scripts/experiment-schema.js';
import type { Experiment } from '../../src/kernel/experiment.js';
import {
  FAULT_FIELDS,
  MODEL_FIELDS,
  PROGRAM_FIELDS,
  SETTABLE_OPTIONS,
  STEP_FIELDS,
  TOP_FIELDS,
} from '../../src/kernel/experiment-format.js';
import { parseExperiment, problemText } from '../../src/kernel/experiment-validate.js';

const HERE = import.meta.dirname;
const LAB = path.join(HERE, 'lab');
const FOLDER = path.join(HERE, 'kernel-traces/experiments');
const recorded = readdirSync(FOLDER).map((f) => readFileSync(path.join(FOLDER, f), 'utf8'));
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const hasPython = spawnSync('python3', ['-c', '']).status === 0;
const withPython = hasPython ? {} : { skip: 'python3 is not installed here' };

/** A small valid experiment that tests spoil. */
const good = (): Experiment => ({
  name: 'x',
  durationS: 5,
  programs: [
    {
      name: 'server',
      host: 'B',
      steps: [
        { do: 'listen', as: 'l', port: 5000 },
        { do: 'accept', on: 'l', as: 'c' },
        {
          do: 'fork',
          as: 'child',
          steps: [
            { do: 'recv', on: 'c' },
            { do: 'close', on: 'c' },
          ],
        },
        { do: 'hold' },
      ],
    },
    {
      name: 'client',
      host: 'A',
      steps: [
        { do: 'connect', as: 's', to: 'B:5000' },
        { do: 'repeat', times: 2, steps: [{ do: 'send', on: 's', bytes: 10 }] },
        { do: 'setsockopt', on: 's', options: { SO_LINGER: [1, 0] } },
      ],
    },
  ],
  faults: [{ at: 1, fault: 'kill', program: 'child' }],
});

/** What takes a field away. */
const GONE = undefined;
const connect = 'programs.1.steps.0';

/** [what stands where, what is said] */
const SPOILT: [changes: Record<string, unknown>, message: string][] = [
  [{ durationS: GONE }, 'durationS: is missing'],
  [{ durationS: 0 }, 'durationS: must be above 0'],
  [{ sysctl: {} }, 'sysctl: unknown field; the nearest name is sysctls'],
  [
    { sysctls: { A: { 'net.ipv4.tcp_retires2': 5 } } },
    'sysctls.A["net.ipv4.tcp_retires2"]: net.ipv4.tcp_retires2: the model knows no such sysctl; the nearest name is net.ipv4.tcp_retries2',
  ],
  [
    { sysctls: { B: { 'net.ipv4.tcp_retries2': 256 } } },
    'sysctls.B["net.ipv4.tcp_retries2"]: net.ipv4.tcp_retries2 = 256: the kernel takes 0..255 (EINVAL)',
  ],
  [
    { sysctls: { A: { 'net.ipv4.tcp_rto_max_ms': 5000 } }, model: { kernel: '6.1' } },
    'sysctls.A["net.ipv4.tcp_rto_max_ms"]: net.ipv4.tcp_rto_max_ms: not in Linux 6.1 (since 6.15)',
  ],
  [{ model: { phase: 131.072 } }, 'model.phase: must be below 131.072'],
  [{ model: { hz: 500 } }, 'model.hz: can be 100, 250, 300, 1000'],
  [{ link: 'lan' }, 'link: must be {"mode": "routed"} or {"mode": "lan"}, not "lan"'],
  [{ model: [] }, 'model: must be an object, not a list'],
  [{ 'programs.0.name': '' }, 'programs[0].name: must not be empty'],
  [{ 'programs.0.host': 'C'.repeat(80) }, `programs[0].host: unknown value "${'C'.repeat(56)}...; it can be A, B`],
  [{ link: { mode: 'wan' } }, 'link.mode: unknown value "wan"; it can be routed, lan'],
  [{ 'programs.0.host': 'C' }, 'programs[0].host: unknown value "C"; it can be A, B'],
  [{ 'programs.1.steps.1.steps.0.on': 'x' }, 'programs[1].steps[1].steps[0].on: no socket named "x"; the nearest name is "s"'],
  [{ 'programs.0.steps.2.steps.0.on': 's' }, 'programs[0].steps[2].steps[0].on: no socket named "s"; the nearest name is "l"'],
  [{ [`${connect}.on`]: 's' }, 'programs[1].steps[0]: needs "as" (a new socket) or "on" (an existing one)'],
  [{ [`${connect}.as`]: GONE }, 'programs[1].steps[0]: needs "as" (a new socket) or "on" (an existing one)'],
  [{ [`${connect}.to`]: 'C:1' }, 'programs[1].steps[0].to: must be "A:port", "B:port" or "10.99.0.1:port", not "C:1"'],
  [{ [`${connect}.do`]: 'conect' }, 'programs[1].steps[0].do: unknown value "conect"; the nearest is connect'],
  [{ [`${connect}.do`]: 'constructor' }, 'programs[1].steps[0].do: unknown value "constructor"'],
  [
    { [`${connect}.options`]: { SO_KEEPALIV: 1 } },
    'programs[1].steps[0].options.SO_KEEPALIV: unknown option; the nearest name is SO_KEEPALIVE',
  ],
  [{ [`${connect}.flags`]: [] }, 'programs[1].steps[0].flags: unknown field'],
  [{ 'programs.1.steps.1.steps.0.flags': 'MSG_PEEK' }, 'programs[1].steps[1].steps[0].flags: must be a list, not "MSG_PEEK"'],
  [{ 'programs.1.steps.1.steps.0.flags': ['MSG_OOB'] }, 'programs[1].steps[1].steps[0].flags[0]: unknown value "MSG_OOB"'],
  [{ 'programs.1.steps.2.options.SO_LINGER': 1 }, 'programs[1].steps[2].options.SO_LINGER: must be [onoff, seconds]'],
  [{ 'programs.1.name': 'child' }, 'programs[1]: two programs are called "child" (the other is programs[0].steps[2])'],
  [{ 'faults.0.program': 'clent' }, 'faults[0].program: no program named "clent"; the nearest name is "client"'],
  [{ 'faults.0.at': GONE }, 'faults[0].at: is missing'],
  [{ 'faults.0.fault': 'explode' }, 'faults[0].fault: unknown value "explode"'],
  [{ 'faults.0': { at: 1, fault: 'boot', host: 'A', program: 'server' } }, 'faults[0].program: "server" does not run on host "A"'],
  [{ link: { mode: 'lan' }, 'faults.0': { at: 1, fault: 'icmp', from: 'A', code: 1 } }, 'faults[0]: icmp needs a routed link'],
];

/** The good experiment with these changes, as text. */
function changed(changes: Record<string, unknown>): string {
  const e = good() as unknown as Record<string, unknown>;
  for (const [place, value] of Object.entries(changes)) {
    const keys = place.split('.');
    const last = keys.pop() ?? '';
    const container = keys.reduce((at, key) => at[key] as Record<string, unknown>, e);
    container[last] = value;
  }
  return JSON.stringify(e);
}

test('every recorded experiment is valid', () => {
  assert.equal(recorded.length, 176);
  for (const text of recorded) assert.deepEqual(parseExperiment(text).problems.map(problemText), []);
});

test('errors name the place', () => {
  assert.deepEqual(parseExperiment(good()).problems, []);
  for (const [changes, message] of SPOILT) {
    const { experiment, problems } = parseExperiment(changed(changes));
    assert.equal(experiment, null, message);
    const texts = problems.map(problemText);
    assert.ok(
      texts.some((t) => t.startsWith(message)),
      `${message}\n  said: ${texts.join('\n        ')}`,
    );
  }
});

test('an address has numbers below 256', () => {
  const { problems } = parseExperiment(changed({ [`${connect}.to`]: '10.1.2.999:80' }));
  assert.deepEqual(problems.map(problemText), [
    'programs[1].steps[0].to: must be "A:port", "B:port" or "10.99.0.1:port", not "10.1.2.999:80"',
  ]);
});

test('a syntax error is told with line and column; a byte order mark is none', () => {
  assert.match(
    problemText(parseExperiment('{\n  "name": "x",\n  "durationS": 1 2\n}').problems[0] ?? { place: '', message: '' }),
    /^line 3, column 18: not JSON: /,
  );
  assert.match(problemText(parseExperiment('{').problems[0] ?? { place: '', message: '' }), /not JSON: /);
  assert.match(problemText(parseExperiment('').problems[0] ?? { place: 'x', message: '' }), /^not JSON: /);
  assert.deepEqual(parseExperiment(`\ufeff${JSON.stringify(good())}`).problems, []);
});

test('a socket of the parent is known in its child, not the other way round', () => {
  const e = good();
  e.programs[0]?.steps.push(
    {
      do: 'fork',
      as: 'second',
      steps: [
        { do: 'connect', as: 'own', to: 'A:1' },
        { do: 'send', on: 'l', bytes: 1 },
      ],
    },
    { do: 'close', on: 'own' },
  );
  assert.deepEqual(
    parseExperiment(e).problems.map((p) => p.place),
    ['programs[0].steps[5].on'],
  );
});

test('whatever comes in, an answer comes out', () => {
  const deep = `${'{"do":"repeat","times":1,"steps":['.repeat(5000)}${']}'.repeat(5000)}`;
  const circle: Record<string, unknown> = { name: 'x', durationS: 1 };
  circle.programs = circle;
  const odd: unknown[] = [
    circle,
    '',
    '{',
    'null',
    '[]',
    '3',
    null,
    undefined,
    5,
    [],
    {},
    () => 1,
    `{"name":"x","durationS":1,"programs":[{"name":"p","host":"A","steps":[${deep}]}]}`,
    '{"__proto__":1,"programs":{"length":3}}',
  ];
  for (const x of odd) {
    const { experiment, problems } = parseExperiment(x);
    assert.equal(experiment, null);
    assert.ok(problems.length > 0);
  }
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (x) => {
      parseExperiment(x);
    }),
    { numRuns: 300 },
  );
});

/** Every place of a value: [container, key]. */
function places(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((k): [Record<string, unknown>, string][] => [
    [value as Record<string, unknown>, k],
    ...places((value as Record<string, unknown>)[k]),
  ]);
}

/** One random spoiling: a field goes, gets another name, or another value. */
function spoilt(text: string, where: number, how: number): string {
  const e = JSON.parse(text) as unknown;
  const all = places(e);
  const [container, key] = all[where % all.length] as [Record<string, unknown>, string];
  if (how === 0) delete container[key];
  else if (how === 1) {
    container[`${key}x`] = container[key];
    delete container[key];
  } else container[key] = [null, 'nonsense', -1, {}, [], 1e12][how - 2];
  return JSON.stringify(e);
}

test('refuses all that the lab refuses', withPython, () => {
  const sample = fc.sample(fc.tuple(fc.constantFrom(...recorded), fc.nat(), fc.integer({ min: 0, max: 7 })), { numRuns: 2000, seed: 7 });
  const texts = [...recorded.map((t) => JSON.stringify(JSON.parse(t))), ...sample.map(([t, where, how]) => spoilt(t, where, how))];
  const { stdout } = spawnSync('python3', [path.join(LAB, 'verdicts.py')], {
    input: `${texts.join('\n')}\n`,
    encoding: 'utf8',
    env,
    maxBuffer: 1e8,
  });
  const verdicts = stdout
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as string[]);
  assert.equal(verdicts.length, texts.length);
  const ours = texts.map((t) => parseExperiment(t).experiment !== null);
  texts.forEach((t, i) => assert.ok(!(ours[i] && (verdicts[i]?.length ?? 0) > 0), `${t}\n${verdicts[i]?.join('\n')}`));
  const refused = verdicts.filter((v) => v.length > 0).length;
  assert.ok(refused > 300, `the lab refused ${refused}`);
});

test('accepts every random experiment of the lab', withPython, () => {
  const out = mkdtempSync(path.join(tmpdir(), 'closewait-'));
  try {
    const made = spawnSync('python3', [path.join(LAB, 'generate.py'), '--seed', '11', '--count', '200', '--out', out], {
      env,
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    for (const f of readdirSync(out))
      assert.deepEqual(parseExperiment(readFileSync(path.join(out, f), 'utf8')).problems.map(problemText), [], f);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test("the table has the fields of the lab's contract", withPython, () => {
  const script = 'import json, contract; print(json.dumps([contract.STEP_FIELDS, contract.FAULT_FIELDS]))';
  const { stdout } = spawnSync('python3', ['-c', script], { cwd: LAB, env, encoding: 'utf8' });
  const contract = JSON.parse(stdout) as Record<string, [required: string, optional: string]>[];
  const words = (text: string) =>
    text
      .split(' ')
      .filter((w) => w !== '')
      .sort();
  [STEP_FIELDS, FAULT_FIELDS].forEach((table, i) => {
    const ours = Object.fromEntries(
      Object.entries(table as Record<string, Record<string, { optional?: boolean }>>).map(([kind, fields]) => {
        const names = (optional: boolean) =>
          Object.keys(fields)
            .filter((f) => (fields[f]?.optional ?? false) === optional)
            .sort();
        return [kind, [names(false), names(true)]];
      }),
    );
    const theirs = Object.fromEntries(
      Object.entries(contract[i] ?? {}).map(([kind, [required, optional]]) => [kind, [words(required), words(optional)]]),
    );
    assert.deepEqual(ours, theirs);
  });
});

test('the schema file follows the table, takes what the validator takes and refuses what has a wrong form', () => {
  assert.equal(
    readFileSync(path.join(HERE, '../../media/experiment.schema.json'), 'utf8'),
    schemaText(),
    'stale: run npx tsx scripts/experiment-schema.ts',
  );
  const check = new Ajv({ strict: false }).compile(experimentSchema());
  for (const text of [...recorded, JSON.stringify(good())]) assert.ok(check(JSON.parse(text)), JSON.stringify(check.errors));
  // Names of sockets and programs, and rules over several fields, are beyond a schema.
  const beyond = /no socket named|no program named|two programs|does not run on|needs a routed link|not in Linux 6\.1|must be above 0/;
  for (const [changes, message] of SPOILT) assert.equal(check(JSON.parse(changed(changes))), beyond.test(message), message);
});

test('the editor checks *.experiment.json by the schema file', () => {
  const manifest = JSON.parse(readFileSync(path.join(HERE, '../../package.json'), 'utf8')) as {
    contributes: { jsonValidation: { fileMatch: string; url: string }[] };
  };
  assert.deepEqual(
    manifest.contributes.jsonValidation.filter(({ fileMatch }) => fileMatch === '*.experiment.json'),
    [{ fileMatch: '*.experiment.json', url: './media/experiment.schema.json' }],
  );
});

test("the format's page names every step, fault and field, and its example is valid", () => {
  const page = readFileSync(path.join(HERE, '../../docs/EXPERIMENT.md'), 'utf8');
  const names = [STEP_FIELDS, FAULT_FIELDS].flatMap((table) =>
    Object.entries(table).flatMap(([kind, fields]) => [kind, ...Object.keys(fields)]),
  );
  const more = [TOP_FIELDS, PROGRAM_FIELDS, MODEL_FIELDS].flatMap((fields) => Object.keys(fields));
  for (const name of [...names, ...more, ...SETTABLE_OPTIONS]) assert.match(page, new RegExp(`\\b${name}\\b`), name);
  const example = /## An example\n+```json\n([^`]+)```/.exec(page)?.[1] ?? '';
  assert.deepEqual(parseExperiment(example).problems.map(problemText), []);
});
