/** The other side's address in a message: libraries name it in their own ways. */

import { addressOf, hostOf, portOf } from './address.js';
import type { Address } from './symptom.js';

const HOST = '\\[?[\\w.:%-]{1,80}\\]?';
/** The part `at` holds host and port together, the parts `host` and `port` apart. */
const FORMS: readonly RegExp[] = [
  // urllib3: host='10.0.0.9', port=8000; Python's sockets: raddr=('10.0.0.9', 5432)
  /\bhost='(?<host>[^']{1,255})', port=(?<port>\d{1,5})/,
  /\braddr=\('(?<host>[^']{1,255})', (?<port>\d{1,5})/,
  // libpq, curl: server at "10.0.0.9", port 5432; connect to 10.0.0.9 port 8080
  /\bserver at "(?<host>[^"]{1,255})"(?: \([^)]{1,255}\))?, port (?<port>\d{1,5})/,
  /\bto (?<host>[\w.:-]{1,255}) port (?<port>\d{1,5})\b/,
  // strace: sin_port=htons(8080), sin_addr=inet_addr("10.0.0.9")
  /sin_port=htons\((?<port>\d{1,5})\), sin_addr=inet_addr\("(?<host>[^"]{1,60})"\)/,
  // Rust's url: host: Some(Domain("api.local")), port: Some(8080)
  /host: Some\(\w+\("?(?<host>[\w.:-]{1,255})"?\)\), port: Some\((?<port>\d{1,5})\)/,
  // valgrind: AF_INET socket 5: 10.0.0.5:51000 <-> 10.0.0.9:5432
  /<-> (?<at>[\w.:[\]-]{1,255}:\d{1,5})\b/,
  // Go: read tcp 10.0.0.5:51000->10.0.0.9:5432, dial tcp 10.0.0.9:80, accept tcp [::]:8080, listen tcp :8080
  new RegExp(`->(?<at>${HOST}:\\d{1,5})\\b`),
  new RegExp(`\\b(?:dial|accept|listen) (?:tcp|udp)[46]? (?<at>(?:${HOST})?:\\d{1,5})\\b`),
  // Node: connect ECONNREFUSED 10.0.0.9:80, address already in use :::3000; undici: attempted address: api:443
  new RegExp(`\\b(?:E[A-Z]{4,14}:?|already in use:?|attempted address:) (?<at>(?:${HOST})?:\\d{1,5})\\b`),
  // Java: Connect to db:5432, Connection refused: /10.0.0.9:9092, db/10.0.0.9:9092, db:5432 failed to respond
  new RegExp(`\\b(?:[Cc]onnect(?:ing)?|[Ww]rite|[Ss]end) to (?:[\\w.-]{1,80}/)?(?<at>${HOST}:\\d{1,5})\\b`),
  new RegExp(`[:\\s][\\w.-]{0,80}/(?<at>${HOST}:\\d{1,5})\\b`),
  new RegExp(`(?:^|[\\s:])(?<at>${HOST}:\\d{1,5}) failed to respond`),
  new RegExp(`\\b(?:to|with|from|at) (?<at>${HOST}:\\d{1,5})\\b`),
  // collector 10.0.0.9:9320: Connection reset by peer
  /(?:^|[\s(])(?<at>(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}):\d{1,5})(?=:? )/,
];
/** `relay.rs:77` is a place, no address. */
const SOURCE_FILE = /\.(?:py|go|c|h|cc|cpp|cxx|hpp|java|kt|scala|[mc]?[jt]sx?|cs|rs|rb|php|lua):\d+/;
/** `http://10.0.0.9:8080/`, `https://api.example.com/`, `redis://cache`. */
const URL =
  /\b(?<scheme>[a-z][a-z0-9+]{1,20}):\/\/(?:[^\s/@"']{1,255}@)?(?<host>\[[0-9a-fA-F:.]{2,45}\]|[\w.-]{1,255})(?::(?<port>\d{1,5}))?/;
const SCHEMES: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  redis: 6379,
  amqp: 5672,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mongodb: 27017,
};

/** What stands behind this in a message is not looked at. */
const LONGEST = 700;

/** The address that a message names; null when it names none. */
export function addressNamed(message: string): Address | null {
  const found = addressIn(message.slice(0, LONGEST));
  // A traceback that was pasted as one line has its message at the end.
  return found ?? (message.length > LONGEST ? addressIn(message.slice(-LONGEST)) : null);
}

function addressIn(text: string): Address | null {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups?.at !== undefined && !SOURCE_FILE.test(groups.at)) return addressOf(groups.at);
    if (groups?.host !== undefined) return { host: hostOf(groups.host), port: portOf(groups.port as string) };
  }
  const url = URL.exec(text)?.groups;
  if (url?.host === undefined) return null;
  const scheme = url.scheme as string;
  return { host: hostOf(url.host), port: portOf(url.port ?? '') ?? (Object.hasOwn(SCHEMES, scheme) ? (SCHEMES[scheme] as number) : null) };
}

/** `port: 6379,` of an error's properties; null for any other line. */
export function portNamed(text: string): number | null {
  const match = /^\s*"?port"?: '?(\d{1,5})'?,?\s*\}?$/.exec(text);
  return match ? portOf(match[1] as string) : null;
}

/** `address: '10.0.0.9',` of an error's properties; null for any other line. */
export function hostNamed(text: string): string | null {
  const match = /^\s*"?(?:address|host|hostname)"?: ['"]([\w.:-]{1,255})['"],?\s*\}?$/.exec(text);
  return match ? hostOf(match[1] as string) : null;
}
