/**
 * The experiment format as types: two hosts, a link, programs made of socket calls, faults.
 * docs/EXPERIMENT.md describes each field. Times are seconds from the common start t = 0 unless the name says otherwise.
 */

export type HostName = 'A' | 'B';

export interface Experiment {
  /** Short plain name, also the file name. */
  name: string;
  /** One sentence: what it shows. */
  why?: string;
  /** Round-trip time of the wire in milliseconds; each direction takes half of it. */
  rttMs?: number;
  /** The run ends here (seconds); nothing later is recorded. */
  durationS: number;
  link?: { mode: 'routed' | 'lan' };
  sysctls?: Partial<Record<HostName, SysctlValues>>;
  programs: Program[];
  faults?: Fault[];
  /** For the model only: the lab ignores it. */
  model?: ModelSettings;
}

/** Full names (`net.ipv4.tcp_retries2`) to numbers or strings (`"40000 40003"`). */
export type SysctlValues = Record<string, number | string>;

export interface ModelSettings {
  /** Profile of kernel behaviour. */
  kernel?: string;
  /** Clock rate in Hz. */
  hz?: number;
  /** Where in the timer wheel t = 0 lies, in seconds: 0 <= phase < 131.072. */
  phase?: number;
  /** When the failure begins (seconds): a scenario's times count from here. */
  event?: number;
}

export interface Program {
  name: string;
  host: HostName;
  steps: Step[];
  start?: 'onBoot';
  sigpipe?: 'kill';
  /** Soft limit on open descriptors (RLIMIT_NOFILE); 0, 1 and 2 are in use from the start. None: as many as the program wants. */
  rlimitNofile?: number;
}

/** C names with integer values; `SO_LINGER` is `[onoff, seconds]`; `SO_RCVTIMEO`, `SO_SNDTIMEO` are seconds. */
export type SocketOptions = Record<string, number | readonly number[]>;

interface Timed {
  /** Wait until this time (seconds); if it is over, go on at once. */
  at?: number;
  /** Source line of the user's code that this step stands for; carried into the trace's calls. */
  line?: number;
}

export type Step = Timed &
  (
    | { do: 'listen'; as: string; port: number; backlog?: number; options?: SocketOptions }
    | { do: 'accept'; on: string; as: string; options?: SocketOptions }
    | { do: 'connect'; as?: string; on?: string; to: string; bindPort?: number; options?: SocketOptions }
    | { do: 'setsockopt'; on: string; options: SocketOptions }
    | { do: 'getsockopt'; on: string; option: string }
    | { do: 'send'; on: string; bytes: number; flags?: readonly string[] }
    | { do: 'recv'; on: string; bytes?: number; flags?: readonly string[] }
    | { do: 'recvUntilEof'; on: string }
    | { do: 'fill'; on: string }
    | { do: 'poll'; on: string; for?: number; events?: string }
    | { do: 'shutdown'; on: string; how?: 'WR' | 'RD' | 'RDWR' }
    | { do: 'close'; on: string }
    | { do: 'sleep'; for: number }
    | { do: 'hold' }
    | { do: 'exit' }
    | { do: 'repeat'; times: number; steps: Step[] }
    | { do: 'fork'; as: string; steps: Step[] }
  );

export type Fault = { at: number } & (
  | { fault: 'powerLoss'; host: HostName }
  | { fault: 'boot'; host: HostName; program?: string }
  | { fault: 'cut'; from?: HostName }
  | { fault: 'restore' }
  | { fault: 'kill'; program: string }
  | { fault: 'drop'; from: HostName; flag?: 'S' | 'F' | 'R' | 'data' | 'ack'; skip?: number; count?: number }
  | { fault: 'duplicate'; from: HostName; flag?: 'S' | 'F' | 'R' | 'data' | 'ack'; skip?: number; count?: number }
  | { fault: 'freeze'; program: string }
  | { fault: 'thaw'; program: string }
  | { fault: 'icmp'; from: HostName; code: number }
  | { fault: 'natForget'; newPort?: number }
  | { fault: 'linkDown'; host: HostName }
  | { fault: 'linkUp'; host: HostName }
);
