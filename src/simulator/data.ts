/** What stands in a block of the page's data (protocol.ts); null for none. */
export function dataOf(id: 'words' | 'first'): unknown {
  const text = document.getElementById(id)?.textContent ?? '';
  return text === '' ? null : JSON.parse(text);
}
