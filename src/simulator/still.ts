/**
 * A template as text, where there is no document to render it in: what the page looks like before its script runs.
 * Listeners are left out, properties become the attributes of the same name, a directive stands for its first value.
 */

import { nothing } from 'lit/html.js';

interface Template {
  strings: readonly string[];
  values: readonly unknown[];
}

const isTemplate = (value: object): value is Template => 'strings' in value && 'values' in value;

/** A value as text that is no markup; objects have none. */
const escaped = (value: unknown): string =>
  (typeof value === 'string' || typeof value === 'number' ? String(value) : '').replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );

/** An attribute without quotes whose value follows: its sort (`@`, `.`, `?` or none) and its name. */
const UNQUOTED = /\s([@.?]?)([\w-]+)=$/;

function content(value: unknown): string {
  if (value === nothing) return '';
  if (Array.isArray(value)) return value.map(content).join('');
  if (typeof value === 'object' && value !== null && isTemplate(value)) return still(value);
  return escaped(value);
}

/** What a directive would set: lit marks its call and keeps the arguments. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '_$litDirective$' in value ? (value as unknown as Template).values[0] : value;
}

function attribute(sort: string, name: string, given: unknown): string {
  const value = plain(given);
  if (sort === '@' || value === nothing || value === null || value === undefined) return '';
  if (typeof value === 'boolean' && sort !== '') return value ? ` ${name}` : '';
  return ` ${name}="${escaped(value)}"`;
}

/** The text of a template with its values, all of which are data: nothing of them is taken for markup. */
export function still({ strings, values }: Template): string {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    const open = text.slice(text.lastIndexOf('<'));
    const named = open.includes('>') ? null : UNQUOTED.exec(open);
    if (named) text = text.slice(0, text.length - named[0].length) + attribute(named[1] ?? '', named[2] ?? '', value);
    else text += content(value);
    text += strings[index + 1] ?? '';
  });
  return text;
}
