/** Every key that the program asks a catalogue for: tagged templates in the source, texts that stand as data, and those of the manifest. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { RULES } from '../../src/analysis/rules/generated.js';
import { MODEL_TOOLS } from '../../src/app/model-tools.js';
import { SYSCTLS } from '../../src/kernel/sysctl-table.js';
import { CURES } from '../../src/scenarios/cures.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { NOUNS } from '../../src/words/plural.js';
import { keyOf } from '../../src/words/say.js';
import { ROOT } from '../app/analyser.js';

/** Keys, each with a place that says it. */
export function sourceKeys(): Map<string, string> {
  const keys = new Map<string, string>();
  for (const name of readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.ts')) inFile(name, keys);
  for (const text of dataTexts()) keys.set(text, 'data');
  return keys;
}

function inFile(name: string, keys: Map<string, string>): void {
  const file = ts.createSourceFile(name, readFileSync(path.join(ROOT, 'src', name), 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say') {
      const { template } = node;
      const parts = ts.isTemplateExpression(template)
        ? [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)]
        : [template.text];
      keys.set(keyOf(parts), name);
    }
    // Texts of a table in its file, named so that they are found: const WORDS = phrases({ … }).
    if (ts.isCallExpression(node) && node.expression.getText() === 'phrases') collect(node, (text) => keys.set(text, name));
    ts.forEachChild(node, visit);
  };
  visit(file);
}

/** The texts in a table: not its names. */
function collect(node: ts.Node, found: (text: string) => void): void {
  if (ts.isBinaryExpression(node)) return void found(joined(node));
  if (ts.isStringLiteral(node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) found(node.text);
  ts.forEachChild(node, (child) => collect(child, found));
}

/** A text that is written in several lines. */
function joined(node: ts.Expression): string {
  if (ts.isBinaryExpression(node)) return joined(node.left) + joined(node.right);
  return ts.isStringLiteral(node) ? node.text : '';
}

function dataTexts(): string[] {
  return [
    ...RULES.flatMap(({ title, what, why, remedy }) => [title, what, why, remedy]),
    ...SCENARIOS.flatMap(({ title, question, parameters }) => [
      title,
      question,
      ...parameters.flatMap((one) => [one.title, ...(one.choices ?? []).map((choice) => choice.title)]),
    ]),
    ...MODEL_TOOLS.flatMap(({ title, summary }) => [title, summary]),
    ...CURES.map(({ title }) => title),
    ...SYSCTLS.map(({ about }) => about),
    ...NOUNS.flatMap((noun) => [`{0} ${noun}`, `{0} ${noun}s`]),
  ];
}
