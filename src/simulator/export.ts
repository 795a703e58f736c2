/** What the export buttons hand to the extension. */

import type { Trace } from '../kernel/trace.js';
import { mermaidSequence } from '../output/mermaid.js';
import { pcapng } from '../output/pcapng.js';
import { experimentJson, traceJson } from '../output/trace-json.js';
import type { ExportFormat } from './protocol.js';
import { svgFile } from './svg-file.js';

/** The content of one export; null when there is no picture on the page to save as SVG. */
export function exportContent(format: ExportFormat, trace: Trace, root: ParentNode): string | Uint8Array | null {
  switch (format) {
    case 'mermaid': return mermaidSequence(trace);
    case 'pcapng': return pcapng(trace);
    case 'trace': return traceJson(trace);
    case 'experiment': return experimentJson(trace.experiment);
    case 'svg': {
      const heads = root.querySelector<SVGSVGElement>('svg.heads');
      const drawing = root.querySelector<SVGSVGElement>('svg.drawing');
      return heads === null || drawing === null ? null : svgFile(heads, drawing);
    }
  }
}
