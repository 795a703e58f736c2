/** The drawn picture as a file of its own: every colour and font written into it, no style sheet needed. */

const KEPT = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-weight',
  'letter-spacing',
  'paint-order',
  'text-anchor',
] as const;

function frozen(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of KEPT) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
  to.removeAttribute('class');
  [...from.children].forEach((child, index) => {
    const twin = to.children[index];
    if (twin) frozen(child, twin);
  });
}

/** Room for the title and the lines of the sentence above the picture, pixels. */
const LINE = 18;
const MARGIN = 10;
const CHARACTER = 7;

/** A sentence in lines that fit a width in pixels. */
function linesOf(sentence: string, width: number): string[] {
  const most = Math.max(20, Math.floor((width - 2 * MARGIN) / CHARACTER));
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** One line of text above the picture. */
function textLine(text: string, y: number, bold: boolean): SVGTextElement {
  const style = getComputedStyle(document.body);
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  const values = {
    x: String(MARGIN),
    y: String(y),
    fill: style.color,
    'font-family': style.fontFamily,
    'font-size': '13px',
    ...(bold && { 'font-weight': '600' }),
  };
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** Title and sentence, column heads and drawing in one standalone SVG text, on the theme's own ground. */
export function svgFile(heads: SVGSVGElement, drawing: SVGSVGElement, title: string, sentence: string): string {
  const name = 'http://www.w3.org/2000/svg';
  const file = document.createElementNS(name, 'svg');
  const width = drawing.width.baseVal.value;
  const words = [
    ...linesOf(title, width).map((text) => ({ text, bold: true })),
    ...linesOf(sentence, width).map((text) => ({ text, bold: false })),
  ];
  const start = MARGIN + words.length * LINE;
  const top = start + heads.height.baseVal.value;
  const height = top + drawing.height.baseVal.value;
  file.setAttribute('xmlns', name);
  file.setAttribute('viewBox', `0 0 ${width} ${height}`);
  file.setAttribute('width', String(width));
  file.setAttribute('height', String(height));
  const ground = document.createElementNS(name, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  for (const [tag, text] of [
    ['title', title],
    ['desc', sentence],
  ] as const) {
    const element = document.createElementNS(name, tag);
    element.textContent = text;
    file.append(element);
  }
  file.append(ground, ...words.map(({ text, bold }, index) => textLine(text, MARGIN + (index + 0.7) * LINE, bold)));
  for (const [source, y] of [
    [heads, start],
    [drawing, top],
  ] as const) {
    const group = document.createElementNS(name, 'g');
    group.setAttribute('transform', `translate(0,${y})`);
    for (const child of source.children) {
      const twin = child.cloneNode(true) as Element;
      if (twin.matches('.playhead')) continue;
      frozen(child, twin);
      group.append(twin);
    }
    file.append(group);
  }
  return new XMLSerializer().serializeToString(file).replace(/<!--.*?-->/g, '');
}
