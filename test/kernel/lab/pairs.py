"""Runs an experiment of the model with the user's real program in place of its steps, and writes down what that program was told.

    npm run lab:pairs                 all pairs of test/fixtures/pairs/pairs.json (root; python3, gcc, go, node, java)
    npm run lab:pairs -- NAME…        only these

pairs.ts makes the experiments, a JSON list of jobs in a file; this file runs them. The other host, the wire and the failures are the experiment's
own; the clock starts with the program's first SYN, or with its listening socket. A program says on its output what each call gave it, one call a line,
and waits for a line of input where the experiment says when its next step comes.
"""
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

from engine import Bench, POLL_BUSY, mono, set_namespace

# When the model's client connects, and its server listens, seconds (src/scenarios/our-program.ts, START).
STARTS = {'client': 0.2, 'accepted': 0.1}
LATEST_START = 20
PEER_ADDRESS = '10.77.0.1'
AT_ONCE = 6


class Peer:
    """The other host's program: the experiment's steps with what the protocol wants said, reading all that is sent."""

    def __init__(self, steps, payloads):
        self.steps, self.payloads, self.socks, self.t0 = steps, [p.encode() for p in payloads], {}, None

    def main(self, clock):
        first = self.steps[0]
        if first['do'] == 'listen':
            self.listen(first)
            self.steps = self.steps[1:]
        self.t0 = struct.unpack('=d', os.read(clock, 8))[0]
        for step in self.steps:
            if 'at' in step:
                time.sleep(max(0.0, self.t0 + step['at'] - mono()))
            try:
                getattr(self, step['do'])(step)
            except OSError:
                break
        time.sleep(3600)

    def listen(self, step):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('0.0.0.0', step['port']))
        s.listen(step.get('backlog', 128))
        self.socks[step['as']] = s

    def accept(self, step):
        self.socks[step['as']] = self.socks[step['on']].accept()[0]

    def connect(self, step):
        s = socket.socket()
        self.socks[step['as']] = s
        s.connect((PEER_ADDRESS, int(step['to'].split(':')[1])))

    def recv(self, step):
        s = self.socks[step['on']]
        s.recv(65536)
        s.settimeout(0.05)
        try:
            while s.recv(65536):
                pass
        except TimeoutError:
            pass
        s.settimeout(None)

    def recvUntilEof(self, step):
        while self.socks[step['on']].recv(65536):
            pass

    def send(self, step):
        self.socks[step['on']].sendall(self.payloads.pop(0) if self.payloads else b'x' * (step['bytes'] - 1) + b'\n')

    def shutdown(self, step):
        self.socks[step['on']].shutdown({'RD': 0, 'WR': 1, 'RDWR': 2}[step.get('how', 'WR')])

    def setsockopt(self, step):
        for name, value in step['options'].items():
            data = struct.pack('=ii', *value) if name == 'SO_LINGER' else value
            self.socks[step['on']].setsockopt(socket.SOL_SOCKET, getattr(socket, name), data)

    def close(self, step):
        self.socks[step['on']].close()

    def sleep(self, step):
        time.sleep(step['for'])

    def hold(self, _):
        time.sleep(3600)


class PairBench(Bench):
    """A bench on which host A runs a real program."""

    def __init__(self, job):
        super().__init__(job['experiment'])
        self.job, self.t0, self.told, self.rest, self.clocks = job, None, [], b'', {}
        self.ours, self.pauses = None, list(job['pauses'])

    def start(self, name):
        spec = self.specs[name]
        if spec['host'] == 'A':
            return
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                set_namespace(self.hosts[spec['host']].nsfd)
                os.dup2(read, 200)
                os.closerange(3, 200)
                Peer(spec['steps'], self.job['payloads']).main(200)
            finally:
                os._exit(0)
        os.close(read)
        self.pids[name], self.sides[name], self.clocks[name] = pid, spec['host'], write

    def start_ours(self):
        self.ours = subprocess.Popen(
            self.job['command'], cwd=self.job['folder'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=lambda: set_namespace(self.hosts['A'].nsfd), bufsize=0,
            env={**os.environ, 'PYTHONUNBUFFERED': '1'})
        os.set_blocking(self.ours.stdout.fileno(), False)

    def begin(self, now):
        self.t0 = now - STARTS[self.job['role']]
        for write in self.clocks.values():
            os.write(write, struct.pack('=d', self.t0))

    def hear(self, now):
        """Lines that our program has written."""
        data = os.read(self.ours.stdout.fileno(), 65536)
        *lines, self.rest = (self.rest + data).split(b'\n')
        for line in lines:
            self.told.append({'t': self.rel(now), 'text': line.decode(errors='replace').replace(self.job['folder'] + '/', '')})
        return bool(data)

    def has_begun(self):
        """A server has begun when it listens."""
        return self.job['role'] == 'accepted' and any(state == 'LISTEN' and port == 5000 for port, _, state in self.hosts['A'].sockets())

    def run(self):
        for name in self.specs:
            self.start(name)
        time.sleep(0.3)
        while self.faults and self.faults[0]['at'] <= 0:
            self.apply(self.faults.pop(0))
        self.start_ours()
        next_look, hearing, started = 0.0, True, mono()
        try:
            while True:
                now = mono()
                if self.t0 is None:
                    if now - started > LATEST_START:
                        raise RuntimeError(f"the program did not begin: {self.rest!r}")
                    if self.has_begun():
                        self.begin(now)
                elif now - self.t0 > self.duration:
                    break
                self.wire.flush(now)
                if self.t0 is not None:
                    while self.faults and self.t0 + self.faults[0]['at'] <= now:
                        self.apply(self.faults.pop(0))
                    while self.pauses and self.t0 + self.pauses[0] <= now:
                        self.pauses.pop(0)
                        self.ours.stdin.write(b'\n')
                    if now >= next_look:
                        self.look(now)
                        next_look = now + POLL_BUSY
                tuns = {h.tun: s for s, h in self.hosts.items()}
                outs = [self.ours.stdout.fileno()] if hearing else []
                ready, _, _ = select.select([*tuns, *outs], [], [], POLL_BUSY)
                now = mono()
                for fd in ready:
                    if fd in tuns:
                        self.take(tuns[fd], fd)
                    elif self.t0 is not None or self.job['role'] == 'client':
                        hearing = self.hear(now) if self.t0 is not None else hearing
        finally:
            for name in list(self.pids):
                self.signal(name, signal.SIGKILL, group=True)
            os.killpg(self.ours.pid, signal.SIGKILL)
            self.ours.wait()
        return {'told': self.told, 'states': self.ours_states()}

    def take(self, side, fd):
        for _ in range(64):
            try:
                raw = os.read(fd, 65536)
            except BlockingIOError:
                return
            if self.t0 is None:
                ip = raw[14:] if self.tap else raw
                if self.job['role'] == 'client' and side == 'A' and ip[0] >> 4 == 4 and ip[9] == 6:
                    self.begin(mono())
                else:
                    continue
            self.wire.receive(side, raw, mono())

    def ours_states(self):
        """What our side's connection to the experiment's port went through; of the last one, where there were several."""
        rows = [r for r in self.states if r['side'] == 'A' and 5000 in r['sock'] and 0 not in r['sock']]
        last = rows[-1]['sock'] if rows else None
        return [{'t': r['t'], 'state': r['state']} for r in rows if r['sock'] == last]


def main():
    if os.geteuid() != 0:
        sys.exit('lab:pairs needs root: it makes network namespaces and TUN devices')
    with open(sys.argv[1]) as f:
        waiting = json.load(f)
    running, failed = {}, []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            job = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                try:
                    result = PairBench(job).run()
                    with open(job['target'], 'w') as f:
                        json.dump(result, f)
                    print(f"{job['name']}: ran", flush=True)
                    os._exit(0)
                except BaseException as error:
                    print(f"{job['name']}: {error!r}", flush=True)
                    os._exit(1)
            running[pid] = job['name']
        pid, status = os.wait()
        name = running.pop(pid, None)
        if name and status != 0:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == '__main__':
    main()
