"""The real kernel as a test bench: two network namespaces joined by a programmable user-space wire.

  host A (namespace) --- TUN/TAP fd --- wire (this process) --- TUN/TAP fd --- host B (namespace)

* Namespaces are anonymous: they vanish with the last process or descriptor that refers to them.
* The wire stamps every packet when it is sent, delays it by rttMs/2, loses it, translates it (NAT) or answers it (ICMP).
* Socket states come from inet_diag (what `ss` reads), every 4 ms near activity and every 25 ms otherwise.
* Programs are forked processes (program.py) that report every call through a pipe.

One Bench runs one experiment once and returns a trace in the form of docs/EXPERIMENT.md. Needs root; standard library only.
"""
import ctypes
import fcntl
import gc
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import time

from contract import explicit_ports
from program import Program

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0001, 0x0002, 0x1000
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFHWADDR = 0x8914, 0x8916, 0x891C, 0x8924
ADDR = {'A': '10.77.0.1', 'B': '10.77.0.2'}
ROUTER = '10.77.0.254'
OTHER = {'A': 'B', 'B': 'A'}
STATES = {1: 'ESTABLISHED', 2: 'SYN_SENT', 3: 'SYN_RECV', 4: 'FIN_WAIT_1', 5: 'FIN_WAIT_2', 6: 'TIME_WAIT', 7: 'CLOSE',
          8: 'CLOSE_WAIT', 9: 'LAST_ACK', 10: 'LISTEN', 11: 'CLOSING', 12: 'SYN_RECV'}
# the model has cubic; a namespace may choose it where tcp_allowed_congestion_control of the machine names it
with open('/proc/sys/net/ipv4/tcp_allowed_congestion_control') as allowed:
    HAS_CUBIC = 'cubic' in allowed.read().split()
BASE_SYSCTLS = {'net.ipv4.tcp_max_syn_backlog': 2048, **({'net.ipv4.tcp_congestion_control': 'cubic'} if HAS_CUBIC else {})}
POLL_BUSY, POLL_IDLE, BUSY_FOR = 0.004, 0.025, 0.15
mono = time.monotonic


def checked(rc):
    if rc != 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))


def set_namespace(fd):
    checked(libc.setns(fd, CLONE_NEWNET))


def new_namespace():
    checked(libc.unshare(CLONE_NEWNET))


def write_sysctl(name, value):
    with open('/proc/sys/' + name.replace('.', '/'), 'w') as f:
        f.write(str(value))


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    s = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def at_once(priority):
    """The wire and the programs need little time, but at once, also on a busy machine."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))
    except OSError:
        os.nice(-15)


class Host:
    """One network namespace with an address and an interface whose packets this process reads and writes."""

    def __init__(self, side, rootns, sysctls, tap):
        self.side, self.rootns, self.dead, self.seen = side, rootns, False, {}
        set_namespace(rootns)
        new_namespace()
        self.nsfd = os.open('/proc/thread-self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        for k in ('all', 'default'):
            try:
                write_sysctl(f'net.ipv6.conf.{k}.disable_ipv6', 1)
            except OSError:
                pass
        self.tun = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack('16sH14x', b'net0', (IFF_TAP if tap else IFF_TUN) | IFF_NO_PI))
        if tap:      # a fixed address: the neighbour's ARP entry stays right over a reboot
            self.ioctl(SIOCSIFHWADDR, b'net0', struct.pack('=H', 1) + bytes([2, 0, 0, 0, 0, ord(side)]) + b'\0' * 8)
        self.ioctl(SIOCSIFADDR, b'net0', self.inet(ADDR[side]))
        self.ioctl(SIOCSIFNETMASK, b'net0', self.inet('255.255.255.0'))
        self.ioctl(SIOCSIFFLAGS, b'net0', struct.pack('=H', 0x41) + b'\0' * 14)
        self.ioctl(SIOCSIFFLAGS, b'lo', struct.pack('=H', 0x49) + b'\0' * 14)
        for k, v in sysctls.items():
            write_sysctl(k, v)
        self.diag = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 4)
        self.diag.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        set_namespace(rootns)

    @staticmethod
    def inet(ip):
        return struct.pack('=H', socket.AF_INET) + b'\0\0' + socket.inet_aton(ip) + b'\0' * 8

    @staticmethod
    def ioctl(request, name, data):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            fcntl.ioctl(s, request, name.ljust(16, b'\0') + data)

    def link(self, up):
        set_namespace(self.nsfd)
        self.ioctl(SIOCSIFFLAGS, b'net0', struct.pack('=H', 0x41 if up else 0x40) + b'\0' * 14)
        set_namespace(self.rootns)

    def sockets(self):
        """[(local port, remote port, state)] of every TCP socket, from inet_diag."""
        req = struct.pack('=BBBBI', socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0x1FFE) + b'\0' * 40 + b'\xff' * 8
        self.diag.send(struct.pack('=IHHII', 16 + len(req), 20, 0x301, 1, 0) + req)
        out = []
        while True:
            buf = self.diag.recv(65536)
            off = 0
            while off < len(buf):
                length, kind = struct.unpack_from('=IH', buf, off)
                if kind == 3:
                    return out
                if kind == 2:
                    raise OSError('inet_diag refuses the request')
                out.append((*struct.unpack_from('!HH', buf, off + 20), STATES.get(buf[off + 17], str(buf[off + 17]))))
                off += (length + 3) & ~3


class Wire:
    """Records, delays, loses, translates and delivers packets."""

    def __init__(self, bench):
        self.bench = bench
        self.packets = []
        self.cut = {'A': None, 'B': None}        # why what this side sends is lost: None, 'cut', 'icmp'
        self.icmp = None                         # (side that gets the answers, code)
        self.rules = []                          # drop faults: [from, flag, skip, count]
        self.doubles = []                        # duplicate faults, the same
        self.forgotten, self.remap, self.newport = set(), {}, None   # NAT
        self.isn, self.end, self.win, self.scale = {}, {}, {}, {}
        self.heap, self.serial = [], 0

    def receive(self, side, raw, now):
        """A packet that host `side` has just sent."""
        bench = self.bench
        if bench.hosts[side].dead:
            return
        rec = None
        if bench.tap and raw[12:14] == b'\x08\x06':
            op = struct.unpack_from('!H', raw, 20)[0]
            rec = {'t': bench.rel(now), 'from': side, 'flags': 'ARP who-has' if op == 1 else 'ARP reply', 'seq': None, 'ack': None,
                   'len': 0, 'conn': '', 'kind': '', 'dropped': None}
            why = self.cut[side]
        else:
            if bench.tap and raw[12:14] != b'\x08\x00':
                return
            ip = raw[14:] if bench.tap else raw
            if ip[0] >> 4 != 4 or ip[9] != 6:
                return
            raw, rec, why = self.translate(side, raw, ip, now)
            why = why or self.cut[side] or ('drop' if self.matched(self.rules, rec) else None)
        rec['dropped'] = why
        self.packets.append(rec)
        if why == 'icmp' and self.icmp[0] == side:
            self.push(now + 0.001, side, icmp_unreachable(raw, self.icmp[1]), None)
        if not why:
            self.push(now + bench.delay, OTHER[side], raw, rec)
            if not rec['flags'].startswith('ARP') and self.matched(self.doubles, rec):
                self.push(now + bench.delay, OTHER[side], raw, None)

    def translate(self, side, raw, ip, now):
        """The NAT in front of A; gives (packet as it goes on, its record, why it is lost)."""
        at = (ip[0] & 15) * 4
        sp, dp = struct.unpack_from('!HH', ip, at)
        conn = (sp, dp) if side == 'A' else (dp, sp)
        if side == 'B' and conn in self.remap:
            inside = self.remap[conn]
            raw = ip = rewrite_port(ip, 2, inside[0])
            return raw, self.parse(side, ip, now), None
        rec = self.parse(side, ip, now)
        if conn not in self.forgotten:
            return raw, rec, None
        if side == 'A' and 'S' in rec['flags']:      # a new connection makes a new mapping
            self.forgotten.discard(conn)
            return raw, rec, None
        if self.newport is None or side == 'B':
            return raw, rec, 'nat'
        for outside, inside in self.remap.items():
            if inside == conn:
                break
        else:
            outside = (self.newport + len(self.remap), conn[1])
            self.remap[outside] = conn
        return rewrite_port(ip, 0, outside[0]), rec, None

    @staticmethod
    def matched(rules, rec):
        for rule in rules:
            side, flag, skip, count = rule
            if count <= 0 or side != rec['from']:
                continue
            hit = (flag is None or (flag == 'data' and rec['len'] > 0) or (flag == 'ack' and rec['flags'] == 'A' and not rec['len'])
                   or (len(flag) == 1 and flag in rec['flags']))
            if hit and skip > 0:
                rule[2] -= 1
            elif hit:
                rule[3] -= 1
                return True
        return False

    def push(self, due, to, raw, rec):
        if due <= mono():
            self.deliver(to, raw, rec)
            return
        self.serial += 1
        heapq.heappush(self.heap, (due, self.serial, to, raw, rec))

    def deliver(self, to, raw, rec):
        host = self.bench.hosts[to]
        if host.dead:
            if rec:
                rec['dropped'] = 'off'
            return
        try:
            os.write(host.tun, raw)
        except OSError:
            if rec:
                rec['dropped'] = 'down'

    def flush(self, now):
        while self.heap and self.heap[0][0] <= now:
            _, _, to, raw, rec = heapq.heappop(self.heap)
            self.deliver(to, raw, rec)

    def parse(self, side, ip, now):
        other, at = OTHER[side], (ip[0] & 15) * 4
        total = struct.unpack_from('!H', ip, 2)[0]
        sp, dp, seq, ack, off, bits, win = struct.unpack_from('!HHIIBBH', ip, at)
        head = (off >> 4) * 4
        length = total - at - head
        flags = ''.join(c for bit, c in ((2, 'S'), (1, 'F'), (4, 'R'), (8, 'P'), (16, 'A')) if bits & bit)
        c = (sp, dp) if side == 'A' else (dp, sp)
        syn, fin, rst = bits & 2, bits & 1, bits & 4
        if syn:
            if self.isn.get((c, side)) != seq:
                if not bits & 16:
                    self.isn.pop((c, other), None)
                    self.end.pop((c, other), None)
                self.isn[(c, side)] = seq
                self.end[(c, side)] = 0
            self.scale[(c, side)] = window_scale(ip[at + 20:at + head])
        base, obase = self.isn.get((c, side)), self.isn.get((c, other))
        rec = {'t': self.bench.rel(now), 'from': side, 'flags': flags,
               'seq': (seq - base) & 0xFFFFFFFF if base is not None else seq,
               'ack': ((ack - obase) & 0xFFFFFFFF if obase is not None else ack) if bits & 16 else None,
               'len': length, 'conn': c, 'kind': '', 'dropped': None}
        window = win if syn else win << self.scale.get((c, side), 0)
        if base is not None and not rst:
            top, end = self.end.get((c, side), 0), rec['seq'] + length + (1 if syn else 0) + (1 if fin else 0)
            if length or fin or syn:
                if end <= top:
                    rec['kind'] = 'retrans'
            elif flags == 'A' and rec['seq'] == top - 1:
                rec['kind'] = 'window-probe' if top > 1 and self.win.get((c, other)) == 0 else 'keepalive'
            self.end[(c, side)] = max(top, end)
        if not rst:
            self.win[(c, side)] = window
        return rec


def window_scale(options):
    o = 0
    while o < len(options) and options[o]:
        if options[o] == 1:
            o += 1
            continue
        if options[o] == 3:
            return options[o + 2]
        o += options[o + 1] or 1
    return 0


def icmp_unreachable(original, code):
    body = struct.pack('!BBHI', 3, code, 0, 0) + original[:28]
    body = body[:2] + struct.pack('!H', checksum(body)) + body[4:]
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 0, 0, 64, 1, 0, socket.inet_aton(ROUTER), original[12:16])
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + body


def rewrite_port(packet, offset, port):
    """The IP packet with its TCP source (offset 0) or destination (2) port replaced, checksum redone."""
    at = (packet[0] & 15) * 4
    b = bytearray(packet)
    struct.pack_into('!H', b, at + offset, port)
    struct.pack_into('!H', b, at + 16, 0)
    segment = bytes(b[at:])
    struct.pack_into('!H', b, at + 16, checksum(bytes(b[12:20]) + struct.pack('!BBH', 0, 6, len(segment)) + segment))
    return bytes(b)


class Bench:
    """Runs one experiment once."""

    def __init__(self, experiment):
        self.ex = experiment
        self.delay = experiment.get('rttMs', 0) / 2000.0
        self.duration = experiment['durationS']
        self.tap = experiment.get('link', {}).get('mode', 'routed') == 'lan'
        self.specs = {p['name']: p for p in experiment['programs']}
        self.states, self.calls, self.pids, self.sides = [], {}, {}, {}
        new_namespace()
        write_sysctl('net.ipv4.tcp_child_ehash_entries', 1024)     # a small own table: state dumps stay cheap
        self.rootns = os.open('/proc/thread-self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        self.hosts = {side: self.new_host(side) for side in 'AB'}
        self.faults = sorted(experiment.get('faults', []), key=lambda f: f['at'])
        self.spares = [(f['host'], self.new_host(f['host'])) for f in self.faults if f['fault'] == 'boot']
        self.attic = []
        self.wire = Wire(self)
        self.rpipe, self.wpipe = os.pipe()
        os.set_blocking(self.rpipe, False)
        self.buffer, self.late = b'', []
        # the kernel's timer wheel runs on absolute time: every run starts at another phase of it
        self.t0 = mono() + 0.3 + random.random() * min(16.384, max(2.048, self.duration / 20))

    def new_host(self, side):
        return Host(side, self.rootns, {**BASE_SYSCTLS, **self.ex.get('sysctls', {}).get(side, {})}, self.tap)

    def rel(self, t):
        return round(t - self.t0, 4)

    # ---- programs ------------------------------------------------------------------------------------
    def start(self, name):
        spec = self.specs[name]
        host = self.hosts[spec['host']]
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.setpgid(0, 0)
                set_namespace(host.nsfd)
                os.dup2(self.wpipe, 200)
                os.closerange(3, 200)
                os.closerange(201, 260)
                at_once(1)
                Program(spec, self.t0, 200, ADDR).main()
                code = 0
            except BaseException as e:
                os.write(200, (json.dumps({'phase': 'crash', 'program': name, 'text': repr(e)}) + '\n').encode())
            os._exit(code)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass
        self.pids[name] = pid
        self.sides[name] = spec['host']

    def signal(self, name, sig, group=False):
        pid = self.pids.get(name)
        if pid:
            try:
                (os.killpg if group else os.kill)(pid, sig)
            except OSError:
                pass

    def read_reports(self):
        try:
            while True:
                data = os.read(self.rpipe, 65536)
                if not data:
                    break
                self.buffer += data
        except BlockingIOError:
            pass
        *lines, self.buffer = self.buffer.split(b'\n')
        for line in lines:
            e = json.loads(line)
            if e['phase'] == 'crash':
                raise RuntimeError(f"{e['program']}: {e['text']}")
            if e['phase'] == 'hello':
                continue
            if e['phase'] == 'pid':
                self.pids[e['program']] = e['pid']
                self.sides[e['program']] = self.sides[e['parent']]
            elif e['phase'] == 'enter':
                self.calls[(e['program'], e['n'])] = {'start': e['start'], 'end': None, 'side': self.sides[e['program']], 'program': e['program'],
                                                      'call': e['call'], 'on': e['on'], 'sock': e['sock'], 'result': None, 'errno': None}
                if e['late'] > 0.02:
                    self.late.append([e['start'], round(e['late'] * 1000)])
            else:
                call = self.calls[(e['program'], e['n'])]
                call.update({'end': e['end'], 'result': e['result'], 'errno': e['errno'], 'sock': e['sock'] or call['sock']})
                if e['failed']:
                    call['failed'] = e['failed']
        return bool(lines)

    # ---- faults ----------------------------------------------------------------------------------------
    def apply(self, f):
        kind, wire = f['fault'], self.wire
        if kind == 'powerLoss':
            self.hosts[f['host']].dead = True
            for name, side in self.sides.items():
                if side == f['host']:
                    self.signal(name, signal.SIGKILL, group=name in self.specs)
        elif kind == 'boot':
            i = next(i for i, (side, _) in enumerate(self.spares) if side == f['host'])
            self.attic.append(self.hosts[f['host']])
            self.hosts[f['host']] = self.spares.pop(i)[1]
            if f.get('program'):
                self.start(f['program'])
        elif kind == 'cut':
            for side in f.get('from', 'AB'):
                wire.cut[side] = 'cut'
        elif kind == 'icmp':
            wire.icmp = (f['from'], f['code'])
            wire.cut = {f['from']: 'icmp', OTHER[f['from']]: 'cut'}
        elif kind == 'restore':
            wire.cut, wire.icmp = {'A': None, 'B': None}, None
        elif kind == 'drop':
            wire.rules.append([f['from'], f.get('flag'), f.get('skip', 0), f.get('count', 1)])
        elif kind == 'duplicate':
            wire.doubles.append([f['from'], f.get('flag'), f.get('skip', 0), f.get('count', 1)])
        elif kind == 'natForget':
            wire.forgotten = {p['conn'] for p in wire.packets if p['conn']}
            wire.newport, wire.remap = f.get('newPort'), {}
        elif kind in ('linkDown', 'linkUp'):
            self.hosts[f['host']].link(kind == 'linkUp')
        else:
            self.signal(f['program'], {'kill': signal.SIGKILL, 'freeze': signal.SIGSTOP, 'thaw': signal.SIGCONT}[kind])

    # ---- main loop ---------------------------------------------------------------------------------------
    def look(self, now):
        t = self.rel(now)
        for side, host in self.hosts.items():
            if host.dead:
                continue
            cur = {(lp, rp): state for lp, rp, state in host.sockets()}
            for k, v in cur.items():
                if host.seen.get(k) != v:
                    self.states.append({'t': t, 'side': side, 'sock': k, 'state': v})
            for k in host.seen:
                if k not in cur:
                    self.states.append({'t': t, 'side': side, 'sock': k, 'state': 'GONE'})
            host.seen = cur

    def warm_up(self):
        """Runs the code paths of the loop once before they are timed."""
        gc.disable()
        scratch, frame = Wire(self), b'\x45' + bytes(8) + b'\x06' + bytes(10) + bytes(12) + b'\x50' + bytes(7)
        self.hosts['B'].dead = True
        for _ in range(3):
            scratch.push(0, 'B', frame, scratch.parse('A', frame, self.t0))
            scratch.matched(scratch.rules, {'from': 'A'})
            for host in self.hosts.values():
                host.sockets()
        self.hosts['B'].dead = False

    def run(self):
        self.warm_up()
        for name, spec in self.specs.items():
            if spec.get('start') != 'onBoot':
                self.start(name)
        at_once(2)
        while self.faults and self.faults[0]['at'] <= 0:
            self.apply(self.faults.pop(0))
        next_look, active, stalls, worst = self.t0, 0.0, [], 0.0
        try:
            while True:
                now = mono()
                if now - self.t0 > self.duration:
                    break
                self.wire.flush(now)
                while self.faults and self.t0 + self.faults[0]['at'] <= now:
                    self.apply(self.faults.pop(0))
                    active = now
                if now >= next_look:
                    self.look(now)
                    next_look = now + (POLL_BUSY if now - active < BUSY_FOR else POLL_IDLE)
                wake = min(next_look, self.t0 + self.duration + 0.001)
                if self.wire.heap:
                    wake = min(wake, self.wire.heap[0][0])
                if self.faults:
                    wake = min(wake, self.t0 + self.faults[0]['at'])
                tuns = {h.tun: s for s, h in self.hosts.items()}
                before = mono()
                ready, _, _ = select.select([self.rpipe, *tuns], [], [], max(0.0, wake - before))
                now = mono()
                lag = now - max(before, wake)
                worst = max(worst, lag)
                if lag > 0.015:
                    stalls.append([self.rel(now), round(lag * 1000)])
                for fd in ready:
                    active = now
                    next_look = min(next_look, now + POLL_BUSY)
                    if fd == self.rpipe:
                        self.read_reports()
                        continue
                    for _ in range(64):
                        try:
                            raw = os.read(fd, 65536)
                        except BlockingIOError:
                            break
                        self.wire.receive(tuns[fd], raw, mono())
        finally:
            for name in list(self.pids):
                self.signal(name, signal.SIGKILL, group=name in self.specs)
            for name in self.specs:
                if name in self.pids:
                    try:
                        os.waitpid(self.pids[name], 0)
                    except OSError:
                        pass
        self.read_reports()
        return self.trace(stalls + self.late, worst)

    # ---- the trace -----------------------------------------------------------------------------------------
    def trace(self, stalls, worst):
        name = PortNames(self.ex)
        packets, states = self.wire.packets, self.states
        for row in sorted(packets + states, key=lambda r: r['t']):
            if 'state' in row:
                lp, rp = row['sock']
                row['sock'] = f"{name(row['side'], lp)}-{name(OTHER[row['side']], rp)}"
            elif row['conn']:
                ap, bp = row['conn']
                row['conn'] = f"{name('A', ap)}-{name('B', bp)}"
        calls = sorted(self.calls.values(), key=lambda c: c['start'])
        calls = [c for c in calls if c['start'] <= self.duration]
        for c in calls:
            if c['sock']:
                c['sock'] = '-'.join(str(name(s, p)) for s, p in zip((c['side'], OTHER[c['side']]), c['sock']))
            if c['end'] is not None and c['end'] > self.duration:
                c.update({'end': None, 'result': None, 'errno': None})
        return {'experiment': self.ex, 'kernel': os.uname().release, 'rttMs': self.ex.get('rttMs', 0), 'stalls': stalls,
                'worstLagMs': round(max([worst * 1000, *(ms for _, ms in self.late)]), 1),
                'packets': packets, 'states': states, 'calls': calls}


class PortNames:
    """Ports that the kernel chose are named by their order of first use, so that runs can be compared."""

    def __init__(self, experiment):
        self.fixed, self.names, self.next = explicit_ports(experiment), {}, {}
        for side in 'AB':
            span = str(experiment.get('sysctls', {}).get(side, {}).get('net.ipv4.ip_local_port_range', '40000')).split()
            self.next[side] = int(span[0])

    def __call__(self, side, port):
        if port == 0 or port in self.fixed:
            return port
        if (side, port) not in self.names:
            while self.next[side] in self.fixed:
                self.next[side] += 1
            self.names[(side, port)] = self.next[side]
            self.next[side] += 1
        return self.names[(side, port)]
