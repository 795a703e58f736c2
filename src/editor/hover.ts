/** The hover: what this connection is and what your code sees when it fails, with a time line and links. */

import { Hover, type HoverProvider, MarkdownString, type Position, type TextDocument, Uri } from 'vscode';
import type { CheckedFinding } from '../app/check.js';
import type { Explanation } from '../app/hover.js';
import { toRange, toSpot } from './convert.js';
import type { Documents } from './documents.js';
import { commandLink, EXPLAIN, SIMULATE, type SimulateTarget } from './links.js';
import type { Supervisor } from './supervisor.js';
import { say } from '../words/say.js';

export function createHoverProvider(documents: Documents, supervisor: Supervisor): HoverProvider {
  return {
    async provideHover(document: TextDocument, position: Position, token) {
      const checked = await documents.current(document, token);
      if (!checked) return null;
      const uri = document.uri.toString();
      const answer = await supervisor.ask('hover', { uri, version: checked.version, ...toSpot(position) }).catch(() => null);
      return answer && new Hover(hoverText(uri, answer, rulesHere(checked.file.findings, answer)), toRange(answer.range));
    },
  };
}

/** Rules of the findings whose connection is opened on the hovered connection's line: their pages are linked. */
function rulesHere(findings: readonly CheckedFinding[], { simulate }: Explanation): string[] {
  return [...new Set(findings.filter(({ range }) => range.startLine === simulate?.line).map(({ rule }) => rule))];
}

function hoverText(uri: string, { markdown, picture, simulate }: Explanation, rules: readonly string[]): MarkdownString {
  const text = new MarkdownString(markdown);
  if (picture) text.appendMarkdown(`\n\n![${escapeAlt(picture.alt)}](${svgData(picture.svg)})`);
  const links = [
    ...(simulate
      ? [
          say`[Simulate this connection](${commandLink(SIMULATE, { uri, ...simulate } satisfies SimulateTarget)} "Watch this connection fail, second by second")`,
        ]
      : []),
    ...rules.map((rule) => say`[Explain ${rule}](${commandLink(EXPLAIN, rule)} "Open the rule's page")`),
  ];
  if (links.length > 0) text.appendMarkdown(`\n\n${links.join(' · ')}`);
  text.isTrusted = { enabledCommands: [SIMULATE, EXPLAIN] };
  return text;
}

const escapeAlt = (text: string): string => text.replace(/[[\]\\]/g, '\\$&');

/** Base64, because a hover's Markdown breaks on raw SVG; the text is ASCII after escaping. */
function svgData(svg: string): string {
  const ascii = svg.replace(/[^ -~]/gu, (character) => `&#${character.codePointAt(0)};`);
  return Uri.parse(`data:image/svg+xml;base64,${btoa(ascii)}`).toString(true);
}
