/** Edits that set options and limits, and the answer to the end of the stream. */

import type { Fix, TextEdit } from '../../../findings.js';
import type { FixIntent } from '../../../flow/intents.js';
import { enclosing, nodeAt } from '../../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import {
  functionAt,
  includeEdits,
  indentOf,
  indentUnit,
  insertAfter,
  insertAtEnd,
  loopAround,
  openedAfter,
  sourceOf,
  statementAt,
} from './edit-places.js';
import { say } from '../../../../words/say.js';

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

/** Names for the values of options. */
const variables: Record<string, string> = {
  SO_KEEPALIVE: 'keepalive',
  TCP_KEEPIDLE: 'idle_seconds',
  TCP_KEEPINTVL: 'interval_seconds',
  TCP_KEEPCNT: 'probes',
  TCP_USER_TIMEOUT: 'user_timeout_ms',
};

/** `setsockopt` for each option, its value in a variable with a name that says what it is. */
export function optionFixes(intent: Intent<'setOptions'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(tree, intent.place, intent.open);
  const anchor = source === null ? null : openedAfter(tree, intent.open, source);
  const text = functionAt(tree, intent.open)?.text ?? '';
  if (!anchor || source === null || intent.type !== 'posix.socket') return [];
  const values = intent.options.map(({ name, value }) => ({
    name,
    value,
    variable: freeName(variables[name] ?? name.toLowerCase(), text),
  }));
  const lines = [
    `int ${values.map(({ variable, value }) => `${variable} = ${value}`).join(', ')};`,
    ...values.map(
      ({ name, variable }) =>
        `setsockopt(${source}, ${name.startsWith('SO_') ? 'SOL_SOCKET' : 'IPPROTO_TCP'}, ${name}, &${variable}, sizeof(${variable}));`,
    ),
  ];
  const tcp = values.some(({ name }) => name.startsWith('TCP_'));
  const title = values.some(({ name }) => name === 'SO_KEEPALIVE')
    ? say`Switch keepalive on`
    : values.some(({ name }) => name.startsWith('TCP_KEEP'))
      ? say`Shorten keepalive`
      : say`Set ${values.map(({ name }) => name).join(', ')}`;
  return fix(title, [...insertAfter(tree, anchor, lines), ...(tcp ? includeEdits(tree, 'netinet/in.h', 'netinet/tcp.h') : [])]);
}

function freeName(name: string, text: string): string {
  return new RegExp(`\\b${name}\\b`).test(text) ? freeName(`${name}_`, text) : name;
}

function fix(title: string, edits: TextEdit[]): Fix[] {
  return edits.length === 0 ? [] : [{ title, safe: false, edits }];
}

/** SO_RCVTIMEO, or SO_SNDTIMEO which also limits connect(); libcurl has options of its own. */
export function limitFixes(intent: Intent<'setLimit'>, tree: SyntaxTree): Fix[] {
  const source = intent.place === null ? null : sourceOf(tree, intent.place, intent.open);
  const anchor = source === null ? null : openedAfter(tree, intent.open, source);
  if (!anchor || source === null) return [];
  const title = intent.limit === 'connect' ? say`Limit how long the connect may wait` : say`Limit how long reads may wait`;
  if (intent.type === 'curl.CURL') {
    const option = intent.limit === 'connect' ? 'CURLOPT_CONNECTTIMEOUT' : 'CURLOPT_TIMEOUT';
    return fix(title, insertAfter(tree, anchor, [`curl_easy_setopt(${source}, ${option}, ${intent.seconds}L);`]));
  }
  if (intent.type !== 'posix.socket') return [];
  const option = intent.limit === 'connect' ? 'SO_SNDTIMEO' : 'SO_RCVTIMEO';
  const variable = freeName('limit', functionAt(tree, intent.open)?.text ?? '');
  const lines = [
    `struct timeval ${variable} = { .tv_sec = ${intent.seconds} };`,
    `setsockopt(${source}, SOL_SOCKET, ${option}, &${variable}, sizeof(${variable}));`,
  ];
  return fix(title, [...insertAfter(tree, anchor, lines), ...includeEdits(tree, 'sys/time.h')]);
}

/** After a read that told of the end of the stream: leave the loop. */
export function eofFixes(intent: Intent<'leaveOnEof'>, tree: SyntaxTree): Fix[] {
  const read = nodeAt(tree, intent.read);
  const statement = statementAt(tree, intent.read);
  const loop = statement && loopAround(read);
  if (!statement || !loop) return [];
  const title = say`Leave the loop at the end of the stream`;
  const compared = inCondition(read, loop);
  if (compared) return fix(title, compared);
  if (enclosing(statement.parent, ['switch_statement', ...loopTypes])?.type === 'switch_statement') return [];
  const result = intent.result?.replace(/#\d+/g, '') ?? '';
  if (statement.type === 'expression_statement' && statement.parts[0] === read) {
    const newText = `if (${read.text} <= 0)\n${indentOf(tree, statement)}${indentUnit(tree, statement)}break;`;
    return fix(title, [{ range: statement.span, newText }]);
  }
  if (!/^\w+$/.test(result)) return [];
  const asked = askedFor(statement, result);
  if (asked) return fix(title, insertAtEnd(tree, asked, ['break;']));
  return fix(title, insertAfter(tree, statement, [`if (${result} == 0)`, `${indentUnit(tree, statement)}break;`]));
}

const loopTypes = ['for_statement', 'while_statement', 'do_statement'];

/** `while ((n = read(…)) >= 0)` and `!= -1` become `> 0`. */
function inCondition(read: SyntaxNode, loop: SyntaxNode): TextEdit[] | null {
  const condition = loop.child('condition');
  if (!condition || read.start < condition.start || read.end > condition.end) return null;
  const comparison = enclosing(read, ['binary_expression']);
  const operator = comparison?.child('operator');
  const right = comparison?.child('right');
  if (!operator || !right || !((operator.type === '>=' && right.text === '0') || (operator.type === '!=' && right.text === '-1')))
    return [];
  return [{ range: operator.span, newText: '>' }, ...(right.text === '0' ? [] : [{ range: right.span, newText: '0' }])];
}

/** What a later `if (n == 0)` of the same block runs. */
function askedFor(statement: SyntaxNode, result: string): SyntaxNode | null {
  const siblings = statement.parent?.parts ?? [];
  const test = new RegExp(`^\\(\\s*(${result}\\s*==\\s*0|!\\s*${result}|0\\s*==\\s*${result})\\s*\\)$`);
  const found = siblings
    .slice(siblings.indexOf(statement) + 1)
    .find((one) => one.type === 'if_statement' && test.test(one.child('condition')?.text ?? ''));
  return found?.child('consequence') ?? null;
}
