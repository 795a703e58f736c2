/** Defaults of the Linux kernel that other parts of the program must know, too. */

/** net.ipv4.tcp_keepalive_time, _intvl and _probes (include/net/tcp.h: TCP_KEEPALIVE_TIME, TCP_KEEPALIVE_INTVL, TCP_KEEPALIVE_PROBES). */
export const KEEPALIVE_DEFAULTS = { idle: 7200, interval: 75, count: 9 } as const;
