/** Addresses with ports, in the ways that tools write them. */

import type { Address } from './symptom.js';

/** Names of /etc/services that tables show in place of numbers. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  imap: 143,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  submissions: 465,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  'ms-sql-s': 1433,
  mqtt: 1883,
  nfs: 2049,
  zookeeper: 2181,
  eforward: 2181,
  postgresql: 5432,
  postgres: 5432,
  mysql: 3306,
  'ms-wbt-server': 3389,
  sip: 5060,
  amqp: 5672,
  amqps: 5671,
  vnc: 5900,
  'xmpp-client': 5222,
  redis: 6379,
  irc: 6667,
  'http-alt': 8080,
  webcache: 8080,
  'https-alt': 8443,
  'pcsync-https': 8443,
  memcache: 11211,
  memcached: 11211,
  mongodb: 27017,
  cslistener: 9000,
  epmd: 4369,
  XmlIpcRegSvr: 9092,
  kerberos: 88,
  bgp: 179,
  rtsp: 554,
  svn: 3690,
  git: 9418,
  nrpe: 5666,
};

const ANY_HOSTS = new Set(['', '*', '0.0.0.0', '::', '[::]', '0.0.0.0.0', '*.*']);

/** The port that a name or number stands for; null for `*` and unknown names. */
export function portOf(text: string): number | null {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65535 ? Number(text) : null;
  return Object.hasOwn(SERVICES, text) ? (SERVICES[text] ?? null) : null;
}

/** The host as one spelling: no brackets, no zone, no `::ffff:` in front of an IPv4 address. */
export function hostOf(text: string): string {
  const bare = text
    .replace(/^\[/, '')
    .replace(/\]$/, '')
    .replace(/%.*$/, '')
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
