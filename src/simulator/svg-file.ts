/** The drawn picture as a file of its own: every colour and font written into it, no style sheet needed. */

const KEPT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'fill-opacity', 'font-family', 'font-size', 'font-weight', 'letter-spacing', 'paint-order', 'text-anchor'] as const;

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

/** Column heads and drawing in one standalone SVG text, on the theme's own ground. */
export function svgFile(heads: SVGSVGElement, drawing: SVGSVGElement): string {
  const name = 'http://www.w3.org/2000/svg';
  const file = document.createElementNS(name, 'svg');
  const [width, top] = [drawing.width.baseVal.value, heads.height.baseVal.value];
  const height = top + drawing.height.baseVal.value;
  file.setAttribute('xmlns', name);
  file.setAttribute('viewBox', `0 0 ${width} ${height}`);
  file.setAttribute('width', String(width));
  file.setAttribute('height', String(height));
  const ground = document.createElementNS(name, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  file.append(ground);
  for (const [source, y] of [[heads, 0], [drawing, top]] as const) {
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
