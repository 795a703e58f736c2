/** Options and limits as Java sets them. */

import type { Fix } from '../../findings.js';
import type { Of } from '../../flow/intents.js';
import { enclosing, nodeAt } from '../../syntax/tree.js';
import type { SyntaxTree } from '../../syntax/tree.js';
import { indentOf, insertAbove, insertBelow, lastRow } from '../shared/lines.js';
import { endsItsLine, importEdits, openingOf, sourceOf } from './edit-places.js';
import { say } from '../../../words/say.js';

/** jdk.net.ExtendedSocketOptions, in seconds, since Java 11 (and 8u272). */
const extended: Record<string, string> = { TCP_KEEPIDLE: 'TCP_KEEPIDLE', TCP_KEEPINTVL: 'TCP_KEEPINTERVAL', TCP_KEEPCNT: 'TCP_KEEPCOUNT' };
const sockets = /^(?:java\.net\.Socket|javax\.net\.ssl\.SSLSocket)$/;

/** Lines right behind the opening: below its statement, or first in the block of its `try`. */
function configured(tree: SyntaxTree, open: Of<'setOptions'>['open'], lines: readonly string[]): Fix['edits'] | null {
  const resource = enclosing(nodeAt(tree, open), ['resource']);
  if (resource) {
    const [first] = enclosing(resource, ['try_with_resources_statement'])?.child('body')?.parts ?? [];
    const indent = first ? indentOf(tree, first) : null;
    return first && indent !== null
      ? [
          insertAbove(
            tree,
            first.startRow,
            lines.map((line) => indent + line),
          ),
        ]
      : null;
  }
  const found = openingOf(tree, open);
  if (!found || (found.statement.type !== 'local_variable_declaration' && found.statement.type !== 'expression_statement')) return null;
  return endsItsLine(tree, found.statement)
    ? [
        insertBelow(
          tree,
          lastRow(found.statement),
          lines.map((line) => found.indent + line),
        ),
      ]
    : null;
}

export function optionFixes(intent: Of<'setOptions'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  if (
    source === null ||
    !sockets.test(intent.type) ||
    intent.options.some(({ name }) => name !== 'SO_KEEPALIVE' && extended[name] === undefined)
  )
    return [];
  const isAndroid = tree.root.children.some((node) => node.type === 'import_declaration' && /\bandroidx?\./.test(node.text));
  // Android has no setOption for these.
  const options = isAndroid ? intent.options.filter(({ name }) => name === 'SO_KEEPALIVE') : intent.options;
  if (options.length === 0) return [];
  const lines = options.map(({ name, value }) =>
    name === 'SO_KEEPALIVE'
      ? `${source}.setKeepAlive(true);`
      : `${source}.setOption(ExtendedSocketOptions.${extended[name] ?? name}, ${value});`,
  );
  const edits = configured(tree, intent.open, lines);
  const imported = lines.some((line) => line.includes('ExtendedSocketOptions')) ? importEdits(tree, 'jdk.net.ExtendedSocketOptions') : [];
  const title = options.some(({ name }) => name === 'SO_KEEPALIVE')
    ? say`Set keepalive on \`${source}\``
    : say`Shorten keepalive on \`${source}\``;
  return edits ? [{ title, safe: false, edits: [...imported, ...edits] }] : [];
}

export function limitFixes(intent: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  const source = sourceOf(intent.place);
  if (source === null) return [];
  if (intent.limit === 'call' && sockets.test(intent.type)) return connectLater(intent, source, tree);
  const milliseconds = `${intent.seconds}_000`;
  const title = say`Give it a time limit of ${intent.seconds} seconds`;
  const lines = sockets.test(intent.type)
    ? [`${source}.setSoTimeout(${milliseconds});`]
    : /URLConnection$/.test(intent.type)
      ? [`${source}.setConnectTimeout(${milliseconds});`, `${source}.setReadTimeout(${milliseconds});`]
      : null;
  const edits = lines ? configured(tree, intent.open, lines) : null;
  return edits ? [{ title, safe: false, edits }] : [];
}

/** `new Socket(host, port)` connects before it can be given a limit: `connect` takes one. */
function connectLater(intent: Of<'setLimit'>, source: string, tree: SyntaxTree): Fix[] {
  const found = openingOf(tree, intent.open);
  const [host, port, ...others] = found?.node.type === 'object_creation_expression' ? (found.node.child('arguments')?.parts ?? []) : [];
  const made = found?.node.child('type')?.text;
  if (!found || !host || !port || others.length > 0 || made === undefined || found.declares?.child('name')?.text !== source) return [];
  const edits: Fix['edits'] = [
    ...importEdits(tree, 'java.net.InetSocketAddress'),
    { range: found.node.span, newText: `new ${made}()` },
    insertBelow(tree, lastRow(found.statement), [
      `${found.indent}${source}.connect(new InetSocketAddress(${host.text}, ${port.text}), ${intent.seconds}_000);`,
    ]),
  ];
  return [{ title: say`Connect with a limit of ${intent.seconds} seconds`, safe: false, edits }];
}
