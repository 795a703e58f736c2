/** XML, written by hand: elements with attributes and text. */

/** Characters that XML 1.0 cannot hold, also escaped (section 2.2). */
const IMPOSSIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

function escaped(text: string, inText: boolean): string {
  return text.replace(IMPOSSIBLE, '\ufffd').replace(inText ? /[&<>\r]/g : /[&<>"\n\r\t]/g, (c) => ESCAPED[c] ?? c);
}

/** An element; `content` is XML already. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content: readonly string[] = []): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value), false)}"`)].join(' ');
  return content.length === 0 ? `<${head}/>` : `<${head}>${content.join('')}</${name}>`;
}

/** Text as an element's content. */
export function textNode(text: string): string {
  return escaped(text, true);
}

export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}
