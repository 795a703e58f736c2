/** The world of one run: two hosts, a wire, programs and faults on one clock. */

import type { Clock } from './clock.js';
import { ExactTimer } from './clock.js';
import { LISTEN } from './constants.js';
import { clearTimers } from './done.js';
import type { Experiment, Fault, HostName, Program, Step } from './experiment.js';
import { Host } from './host.js';
import { receiveIcmp } from './icmp.js';
import { receive } from './input.js';
import type { HostSettings } from './lab.js';
import { Link } from './link.js';
import { behaviourOf } from './profiles.js';
import { Process } from './process.js';
import type { Scheduler } from './process.js';
import type { Random } from './random.js';
import type { Recorder } from './recorder.js';
import { NoRecorder } from './recorder.js';
import type { KernelVersion } from './sysctl-table.js';
import type { CallRow } from './trace.js';

/** Orders in an instant: faults, then everything that follows from something, then programs by their place in the file. */
const FAULT_ORDER = -1e15;
const PROGRAM_ORDER = 1e15;
/** Failed calls that a summary remembers. */
const MOST_FAILURES = 10_000;

export interface WorldSettings {
  kernel: KernelVersion;
  hosts: Readonly<Record<HostName, HostSettings>>;
  maxEvents: number;
  wakeLatency: number;
}

export class World implements Scheduler {
  readonly hosts: Record<HostName, Host>;
  readonly link: Link;
  private readonly processes: Process[] = [];
  private readonly named: ReadonlySet<number>;
  readonly failures: CallRow[] = [];
  events = 0;
  capped = false;
  readonly wakeLatency: number;

  constructor(
    readonly experiment: Experiment,
    readonly clock: Clock,
    readonly recorder: Recorder,
    private readonly settings: WorldSettings,
    private readonly random: Random,
  ) {
    this.wakeLatency = settings.wakeLatency;
    this.named = namedPorts(experiment);
    const nat = (experiment.faults ?? []).some((f) => f.fault === 'natForget');
    this.link = new Link(clock, recorder, experiment.rttMs ?? 0, experiment.link?.mode === 'lan', nat, { receive, icmp: receiveIcmp });
    this.hosts = { A: this.newHost('A'), B: this.newHost('B') };
    this.link.hosts.A = this.hosts.A;
    this.link.hosts.B = this.hosts.B;
    (experiment.faults ?? []).forEach((f, i) =>
      new ExactTimer(clock, () => this.apply(f)).fireAt(Math.max(0, Math.round(f.at * 1e6)), FAULT_ORDER + i),
    );
    experiment.programs.forEach((p, i) => {
      if (p.start !== 'onBoot') this.launch(p, i, 0);
    });
  }

  private newHost(name: HostName): Host {
    const { hosts, kernel } = this.settings;
    const { sysctls, firstPort } = hosts[name];
    return new Host(name, this.clock, sysctls, behaviourOf(kernel), this.link, this.recorder, this.random, firstPort, this.named);
  }

  private launch(program: Program, index: number, at: number): void {
    const process = new Process(program, program.name, index, this.hosts[program.host], this, program.steps);
    this.processes.push(process);
    process.start(at);
  }

  // ---- what processes ask for

  count(): boolean {
    if (!this.capped) this.events++;
    if (this.events > this.settings.maxEvents) this.capped = true;
    return !this.capped;
  }

  orderOf(index: number): number {
    return PROGRAM_ORDER + index;
  }

  forked(parent: Process, name: string, steps: readonly Step[]): void {
    const child = new Process(parent.spec, name, parent.index, parent.host, this, steps);
    for (const sk of parent.descriptors) {
      sk.references++;
      child.descriptors.add(sk);
    }
    for (const [key, sk] of parent.names) child.names.set(key, sk);
    this.processes.push(child);
    child.start(this.clock.now);
  }

  ended(process: Process): void {
    const at = this.processes.indexOf(process);
    if (at >= 0) this.processes.splice(at, 1);
  }

  failed(row: CallRow): void {
    if (this.failures.length < MOST_FAILURES) this.failures.push(row);
  }

  // ---- the run

  /** Runs until `end` (microseconds) or the cap. */
  run(end: number): void {
    const queue = this.clock.queue;
    for (let next = queue.peek(); next !== undefined && next.at <= end; next = queue.peek()) {
      if (!this.count()) return;
      queue.remove(next);
      this.clock.now = next.at;
      next.run();
    }
    this.clock.now = end;
  }

  // ---- faults

  private apply(f: Fault): void {
    switch (f.fault) {
      case 'powerLoss':
        return this.powerLoss(f.host);
      case 'boot':
        return this.boot(f.host, f.program);
      case 'cut':
        for (const side of f.from === undefined ? (['A', 'B'] as const) : [f.from]) this.link.cut[side] = 'cut';
        return;
      case 'restore':
        this.link.cut.A = this.link.cut.B = null;
        this.link.icmp = null;
        return;
      case 'kill':
        return this.each(f.program, (p) => p.end());
      case 'drop':
        this.link.rules.push({ from: f.from, flag: f.flag, skip: f.skip ?? 0, count: f.count ?? 1 });
        return;
      case 'duplicate':
        this.link.doubles.push({ from: f.from, flag: f.flag, skip: f.skip ?? 0, count: f.count ?? 1 });
        return;
      case 'freeze':
        return this.each(f.program, (p) => p.freeze());
      case 'thaw':
        return this.each(f.program, (p) => p.thaw());
      case 'icmp':
        this.link.icmp = { from: f.from, code: f.code };
        this.link.cut.A = f.from === 'A' ? 'icmp' : 'cut';
        this.link.cut.B = f.from === 'B' ? 'icmp' : 'cut';
        return;
      case 'natForget':
        return this.link.natForget(f.newPort);
      case 'linkDown':
        this.hosts[f.host].linkUp = false;
        this.hosts[f.host].routeEpoch++;
        return;
      case 'linkUp':
        this.hosts[f.host].linkUp = true;
    }
  }

  private each(name: string, act: (p: Process) => void): void {
    for (const p of this.processes.filter((x) => x.name === name && x.alive)) act(p);
  }

  private powerLoss(name: HostName): void {
    const host = this.hosts[name];
    if (!host.powered) return;
    host.powered = false;
    host.recorder = new NoRecorder(null);
    for (const p of this.processes.filter((x) => x.host === host)) {
      p.stop();
      for (const sk of p.descriptors) clearTimers(sk);
      this.ended(p);
    }
    for (const sk of host.connections()) {
      if (sk.kind === 'sock') clearTimers(sk);
      else sk.timer.stop();
    }
    for (const all of host.listeners.values()) for (const l of all) if (l.state === LISTEN) clearTimers(l);
    this.link.arp?.forget(host);
  }

  private boot(name: HostName, program: string | undefined): void {
    if (this.hosts[name].powered) this.powerLoss(name);
    const host = this.newHost(name);
    this.hosts[name] = host;
    this.link.hosts[name] = host;
    const index = this.experiment.programs.findIndex((p) => p.name === program);
    const spec = this.experiment.programs[index];
    if (spec !== undefined && spec.host === name) this.launch(spec, index, this.clock.now);
  }
}

/** Every port that the experiment itself names. */
function namedPorts(experiment: Experiment): Set<number> {
  const ports = new Set<number>();
  const lists: (readonly Step[])[] = experiment.programs.map((p) => p.steps);
  for (let steps = lists.pop(); steps !== undefined; steps = lists.pop()) {
    for (const s of steps) {
      if (s.do === 'listen') ports.add(s.port);
      if (s.do === 'connect') {
        if (s.bindPort !== undefined) ports.add(s.bindPort);
        ports.add(Number(s.to.slice(s.to.lastIndexOf(':') + 1)));
      }
      if (s.do === 'repeat' || s.do === 'fork') lists.push(s.steps);
    }
  }
  return ports;
}
