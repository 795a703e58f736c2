/** The mermaid chunk: loaded when a diagram is first shown, so that the page itself opens quickly. */

import mermaid from 'mermaid';

export interface MermaidChunk {
  /** Draws a diagram as SVG text, measured in the page's own font. Throws when the source is no diagram. */
  draw: (id: string, source: string, dark: boolean, fontFamily: string) => Promise<string>;
}

async function draw(id: string, source: string, dark: boolean, fontFamily: string): Promise<string> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    htmlLabels: false,
    layout: 'dagre',
    theme: dark ? 'dark' : 'default',
    fontFamily,
    themeVariables: { fontFamily },
    sequence: { useMaxWidth: true, mirrorActors: false, wrap: true },
    state: { useMaxWidth: true },
    deterministicIds: true,
    suppressErrorRendering: true,
  });
  return (await mermaid.render(id, source)).svg;
}

(globalThis as { closewaitMermaid?: MermaidChunk }).closewaitMermaid = { draw };
