/** Mermaid's diagrams: loaded on demand, parsed as XML (never as HTML), coloured by the page's style sheet. */

import { html, type TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import type { ShownState } from './events.js';
import type { MermaidChunk } from './mermaid.js';

let chunk: Promise<MermaidChunk> | null = null;

/** Loads the mermaid chunk once, with the page's nonce. */
function load(source: string, nonce: string): Promise<MermaidChunk> {
  chunk ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.nonce = nonce;
    script.src = source;
    script.addEventListener('load', () => {
      const loaded = (globalThis as { closewaitMermaid?: MermaidChunk }).closewaitMermaid;
      if (loaded) done(loaded);
      else failed(new Error('mermaid is not in its script'));
    });
    script.addEventListener('error', () => failed(new Error('mermaid cannot be loaded')));
    document.head.append(script);
  });
  return chunk;
}

export class Diagrams {
  private readonly drawn = new Map<string, { source: string; svg: SVGElement }>();
  private count = 0;

  constructor(
    private readonly source: string,
    private readonly nonce: string,
    private readonly failed: (reason: string) => void,
  ) {}

  /** A place that holds the diagram of this source; a state diagram's states can be lit with `light`. */
  view(name: string, source: string, description: string): TemplateResult {
    return html`<div
      class="diagram ${name}"
      role="img"
      aria-label=${description}
      ${ref((element) => {
        if (element) void this.put(element, name, source);
      })}
    ></div>`;
  }

  private async put(element: Element, name: string, source: string): Promise<void> {
    const ready = this.drawn.get(name);
    if (ready?.source === source) {
      if (element.firstElementChild !== ready.svg) element.replaceChildren(ready.svg);
      return;
    }
    const turn = ++this.count;
    try {
      const mermaid = await load(this.source, this.nonce);
      const dark = document.body.matches('.vscode-dark, .vscode-high-contrast:not(.vscode-high-contrast-light)');
      const text = await mermaid.draw(`diagram-${turn}`, source, dark, getComputedStyle(document.body).fontFamily);
      if (turn !== this.count) return;
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      const svg = document.importNode(parsed, true) as unknown as SVGElement;
      svg.removeAttribute('height');
      this.drawn.set(name, { source, svg });
      element.replaceChildren(svg);
      centre(svg);
      element.dispatchEvent(new CustomEvent('drawn', { bubbles: true }));
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Forgets what was drawn: the theme changed. */
  forget(): void {
    this.drawn.clear();
  }
}

/** Puts the labels of states into the middle of their boxes: mermaid measures them with room for what they do not hold. */
function centre(svg: SVGElement): void {
  for (const label of svg.querySelectorAll<SVGGElement>('g.node g.label')) {
    const { x, y, width, height } = label.querySelector('text')?.getBBox() ?? label.getBBox();
    label.setAttribute('transform', `translate(${-x - width / 2},${-y - height / 2})`);
  }
}

/** Marks both sockets' states in the state diagram. */
export function light(root: ParentNode, ours: ShownState | null, theirs: ShownState | null): void {
  for (const node of root.querySelectorAll('.diagram.states g.node')) {
    const name = /state-([A-Z_0-9]+)-\d+$/.exec(node.id)?.[1]?.replace(/_$/, '');
    node.classList.toggle('lit-ours', name !== undefined && name === ours);
    node.classList.toggle('lit-theirs', name !== undefined && name === theirs);
  }
}
