/** Small captures made in memory: Ethernet, VLAN, Linux cooked, loopback, IPv6; pcap and pcapng. */

export interface FrameSpec {
  flags: string;
  /** From the listening side. */
  back?: boolean;
  seq?: number;
  ack?: number;
  length?: number;
  window?: number;
  /** Seconds since the first. */
  at?: number;
}

const PORTS = [40_000, 8080] as const;

/** One TCP segment in IPv4. */
function ipv4(spec: FrameSpec): number[] {
  const tcp = segment(spec);
  const total = 20 + tcp.length;
  const [a, b] = [
    [10, 0, 0, 1],
    [10, 0, 0, 2],
  ];
  return [0x45, 0, total >> 8, total & 255, 0, 0, 0, 0, 64, 6, 0, 0, ...(spec.back ? [...b, ...a] : [...a, ...b]), ...tcp];
}

function ipv6(spec: FrameSpec): number[] {
  const tcp = segment(spec);
  const host = (n: number): number[] => [0x20, 1, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), n];
  // Destination options stand between the addresses and TCP.
  const option = [6, 0, 1, 4, 0, 0, 0, 0];
  const length = tcp.length + option.length;
  return [
    0x60,
    0,
    0,
    0,
    length >> 8,
    length & 255,
    60,
    64,
    ...(spec.back ? [...host(2), ...host(1)] : [...host(1), ...host(2)]),
    ...option,
    ...tcp,
  ];
}

function segment({ flags, back, seq = 0, ack = 0, length = 0, window = 1000 }: FrameSpec): number[] {
  const [from, to] = back ? [PORTS[1], PORTS[0]] : PORTS;
  const bits = [...'FSRPA'].reduce((sum, flag, i) => sum | (flags.includes(flag) ? 1 << i : 0), 0);
  const word = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  return [
    from >> 8,
    from & 255,
    to >> 8,
    to & 255,
    ...word(seq),
    ...word(ack),
    0x50,
    bits,
    window >> 8,
    window & 255,
    0,
    0,
    0,
    0,
    ...Array.from({ length }, () => 65),
  ];
}

const LINKS = {
  ethernet: { link: 1, wrap: (spec: FrameSpec) => [...Array.from({ length: 12 }, () => 2), 8, 0, ...ipv4(spec)] },
  vlan: { link: 1, wrap: (spec: FrameSpec) => [...Array.from({ length: 12 }, () => 2), 0x81, 0, 0, 5, 0x86, 0xdd, ...ipv6(spec)] },
  cooked: { link: 113, wrap: (spec: FrameSpec) => [...Array.from({ length: 14 }, () => 0), 8, 0, ...ipv4(spec)] },
  cooked2: { link: 276, wrap: (spec: FrameSpec) => [8, 0, ...Array.from({ length: 18 }, () => 0), ...ipv4(spec)] },
  loopback: { link: 0, wrap: (spec: FrameSpec) => [2, 0, 0, 0, ...ipv4(spec)] },
  raw: { link: 101, wrap: (spec: FrameSpec) => ipv6(spec) },
} as const;

export type LinkName = keyof typeof LINKS;
export const LINK_NAMES = Object.keys(LINKS) as LinkName[];

export interface CapturedFrame {
  spec: FrameSpec;
}

export const frame = (spec: FrameSpec): CapturedFrame => ({ spec });

/** The frames as a file in both forms. */
export function captureOf(frames: readonly CapturedFrame[], name: LinkName = 'ethernet'): { pcap: Uint8Array; pcapng: Uint8Array } {
  const { link, wrap } = LINKS[name];
  const little = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255];
  const packets = frames.map(({ spec }, i) => ({ at: spec.at ?? i, bytes: wrap(spec) }));
  const pcap = [...little(0xa1b2c3d4), 2, 0, 4, 0, ...little(0), ...little(0), ...little(65535), ...little(link)];
  for (const { at, bytes } of packets)
    pcap.push(...little(Math.floor(at)), ...little(Math.round((at % 1) * 1e6)), ...little(bytes.length), ...little(bytes.length), ...bytes);
  const block = (type: number, body: number[]): number[] => [
    ...little(type),
    ...little(body.length + 12),
    ...body,
    ...little(body.length + 12),
  ];
  const pcapng = [
    ...block(0x0a0d0d0a, [...little(0x1a2b3c4d), 1, 0, 0, 0, ...little(-1), ...little(-1)]),
    ...block(1, [link & 255, link >> 8, 0, 0, ...little(65535), 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]),
  ];
  for (const { at, bytes } of packets) {
    const ticks = BigInt(Math.round(at * 1e9));
    const padded = [...bytes, ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 0)];
    pcapng.push(
      ...block(6, [
        ...little(0),
        ...little(Number(ticks >> 32n)),
        ...little(Number(ticks & 0xffffffffn)),
        ...little(bytes.length),
        ...little(bytes.length),
        ...padded,
      ]),
    );
  }
  return { pcap: Uint8Array.from(pcap), pcapng: Uint8Array.from(pcapng) };
}
