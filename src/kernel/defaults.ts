/** Defaults of the Linux kernel that other parts of the program must know, too. */

/** net.ipv4.tcp_keepalive_time, _intvl and _probes (include/net/tcp.h: TCP_KEEPALIVE_TIME, TCP_KEEPALIVE_INTVL, TCP_KEEPALIVE_PROBES). */
export const KEEPALIVE_DEFAULTS = { idle: 7200, interval: 75, count: 9 } as const;

interface KeepaliveNumbers {
  idle: number;
  interval: number;
  count: number;
}

/** The numbers that hold: the program's where it sets them (null: it does not), else the machine's, or the defaults. */
export function keepaliveNumbers(
  set: { idle: number | null; interval: number | null; count: number | null },
  machine: KeepaliveNumbers = KEEPALIVE_DEFAULTS,
): KeepaliveNumbers {
  return { idle: set.idle ?? machine.idle, interval: set.interval ?? machine.interval, count: set.count ?? machine.count };
}
