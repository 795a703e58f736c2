/**
 * What the kernels of the three profiles do differently, apart from their sysctls (sysctl-table.ts): one row for each change,
 * the release that brought it, and where it can be read. The sources of 6.1 and 6.12 were compared line by line; releases that
 * lie between them are those of the kernel's change log.
 */

import { KERNEL_VERSIONS } from './sysctl-table.js';
import type { KernelVersion } from './sysctl-table.js';

interface Change {
  flag: string;
  /** First release with it. */
  release: string;
  /** First profile with it. */
  profile: KernelVersion;
  about: string;
  source: string;
}

const CHANGES = [
  {
    flag: 'measuredWindowShare',
    release: '6.6',
    profile: '6.18',
    source: 'tcp_measure_rcv_mss(), include/net/tcp.h tcp_win_from_space()',
    about:
      'the share of the buffer that is offered as window follows the segments that arrive; before, it is always one half ' +
      '(tcp_adv_win_scale = 1)',
  },
  {
    flag: 'atoBelowDelackMax',
    release: '6.3',
    profile: '6.18',
    source: 'tcp_delack_timer_handler()',
    about: 'a missed delayed ACK doubles ato to 0.2 s at most; before, to the RTO',
  },
  {
    flag: 'delackBelowRtoMin',
    release: '6.9',
    profile: '6.18',
    source: 'tcp_delack_max()',
    about: 'a delayed ACK comes a jiffy before the least RTO',
  },
  {
    flag: 'twReuseDelay',
    release: '6.14',
    profile: '6.18',
    source: 'tcp_twsk_unique()',
    about: 'how old a TIME_WAIT must be to be reused is counted in milliseconds; before, in whole seconds',
  },
  {
    flag: 'challengesUnsent',
    release: '6.18',
    profile: '6.18',
    source: 'tcp_ack(), RFC 5961 section 5.2; measured on 6.18.44',
    about: 'an ACK of what was never sent is answered; before, it is dropped',
  },
  {
    flag: 'rtoMaxOption',
    release: '6.15',
    profile: '6.18',
    source: 'do_tcp_setsockopt(), TCP_RTO_MAX_MS',
    about: 'the longest RTO of a socket can be set',
  },
] as const satisfies readonly Change[];

export type Behaviour = Record<(typeof CHANGES)[number]['flag'], boolean>;

/** Which of the changes a profile has. */
export function behaviourOf(kernel: KernelVersion): Behaviour {
  const has = (c: Change): boolean => KERNEL_VERSIONS.indexOf(kernel) >= KERNEL_VERSIONS.indexOf(c.profile);
  return Object.fromEntries(CHANGES.map((c) => [c.flag, has(c)])) as Behaviour;
}
