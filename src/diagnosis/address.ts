/** Addresses with ports, in the ways that tools write them. */

import { SERVICES } from './services.js';
import type { Address } from './symptom.js';

const ANY_HOSTS = new Set(['', '*', '0.0.0.0', '::', '[::]', '0.0.0.0.0', '*.*']);

/** The port that a name or number stands for; null for `*` and unknown names. */
export function portOf(text: string): number | null {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65535 ? Number(text) : null;
  return Object.hasOwn(SERVICES, text) ? (SERVICES[text] as number) : null;
}

/** The host as one spelling: no brackets, no zone, no `::ffff:` in front of an IPv4 address. */
export function hostOf(text: string): string {
  const bare = (text.split('%', 1)[0] as string)
    .replace(/^\[/, '')
    .replace(/\]$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  return ANY_HOSTS.has(bare) ? '*' : bare.toLowerCase();
}

/** `10.0.0.1:80`, `[::1]:80`, `:::80`, `*:http`; null when there is no port. */
export function addressOf(text: string): Address | null {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return null;
  const port = text.slice(colon + 1);
  if (!/^(\*|\d{1,5}|[a-zA-Z][\w.+-]*)$/.test(port)) return null;
  return { host: hostOf(text.slice(0, colon)), port: portOf(port) };
}

/** `10.0.0.1.80`, `::1.80`, `*.http` (netstat of BSD and macOS). */
export function dottedAddressOf(text: string): Address | null {
  const dot = text.lastIndexOf('.');
  if (dot < 0) return null;
  return { host: hostOf(text.slice(0, dot)), port: portOf(text.slice(dot + 1)) };
}

export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || host.startsWith('127.');
}

/** As a user writes it. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port ?? '*'}`;
}

/** Eight groups as one spelling: the longest run of zeros becomes `::` (RFC 5952), IPv4 within IPv6 is written as IPv4. */
export function ipv6Host(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff)
    return hostOf([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  let best = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const text = (part: readonly number[]): string => part.map((g) => g.toString(16)).join(':');
  return hostOf(best.length < 2 ? text(groups) : `${text(groups.slice(0, best.at))}::${text(groups.slice(best.at + best.length))}`);
}
