/** The mermaid chunk: loaded when a diagram is first shown, so that the page itself opens quickly. */

import mermaid from 'mermaid';

export interface MermaidChunk {
  /** Draws a diagram as SVG text. Throws when the source is no diagram. */
  draw: (id: string, source: string, dark: boolean) => Promise<string>;
}

async function draw(id: string, source: string, dark: boolean): Promise<string> {
  mermaid.initialize({
    startOnLoad: false, securityLevel: 'strict', htmlLabels: false, layout: 'dagre', theme: dark ? 'dark' : 'default',
    fontFamily: 'inherit', sequence: { useMaxWidth: true, mirrorActors: false, wrap: true }, state: { useMaxWidth: true },
    deterministicIds: true, suppressErrorRendering: true,
  });
  return (await mermaid.render(id, source)).svg;
}

(globalThis as { closewaitMermaid?: MermaidChunk }).closewaitMermaid = { draw };
