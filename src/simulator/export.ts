/** What the export buttons hand to the extension. */

import { pcapng } from '../output/pcapng.js';
import { experimentJson, traceJson } from '../output/trace-json.js';
import type { Story } from '../scenarios/play.js';
import { sequenceOf } from './diagram-words.js';
import type { ExportFormat, ShownConnection } from './protocol.js';
import { svgFile } from './svg-file.js';

/**
 * What the name of a file says before its extension, where the extension
 * alone does not tell: `*.experiment.json` is what the schema is for.
 */
const KINDS: Partial<Record<ExportFormat, string>> = { experiment: '.experiment', trace: '.trace' };

/** A telling name without extension: file, line and failure, as in `client-line-5-peer-reboots.experiment`. */
export function exportName(format: ExportFormat, connection: ShownConnection | null, scenario: string | null): string {
  const base =
    connection === null ? '' : `${(connection.file.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]*$/, '')}-line-${connection.place.line}-`;
  return `${base}${scenario ?? 'connection'}${KINDS[format] ?? ''}`;
}

/** The content of one export; null when there is no picture on the page to save as SVG. */
export function exportContent(format: ExportFormat, story: Story, title: string, root: ParentNode): string | Uint8Array | null {
  const { trace, answer } = story;
  switch (format) {
    case 'mermaid':
      return sequenceOf(trace);
    case 'pcapng':
      return pcapng(trace);
    case 'trace':
      return traceJson(trace);
    case 'experiment':
      return experimentJson(trace.experiment);
    case 'svg': {
      const heads = root.querySelector<SVGSVGElement>('svg.heads');
      const drawing = root.querySelector<SVGSVGElement>('svg.drawing');
      return heads === null || drawing === null ? null : svgFile(heads, drawing, title, answer.sees);
    }
  }
}
