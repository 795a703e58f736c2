"""Records symptoms: real programs in Python, C, Go and Node fail in namespaces of this kernel; what ss, /proc, lsof, netstat, a capture and
a stack dump show of it is written down with what is true of it: the line that opened the connection and when the kernel ended it.

    npm run lab:symptoms                 all cases (root; python3, gcc, go, node, ss; netstat, lsof, gdb where they are)
    npm run lab:symptoms -- NAME…        only these

Programs: test/fixtures/symptoms/programs (a comment `opens: NAME` marks each line). Written: test/fixtures/symptoms/recorded/NAME/.
"""
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from engine import Host, set_namespace

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../fixtures/symptoms'))
PROGRAMS = os.path.join(ROOT, 'programs')
DELAY = 0.010
# Minutes become seconds: everything else is the kernel's own.
SYSCTLS = {
    'net.ipv4.tcp_retries2': 5, 'net.ipv4.tcp_orphan_retries': 4, 'net.ipv4.tcp_syn_retries': 3, 'net.ipv4.tcp_syn_linear_timeouts': 0,
    'net.ipv4.tcp_fin_timeout': 9, 'net.ipv4.tcp_keepalive_time': 12, 'net.ipv4.tcp_keepalive_intvl': 3, 'net.ipv4.tcp_keepalive_probes': 3,
    'net.ipv4.tcp_synack_retries': 2,
}
SNAPLEN = 96


class Wire(threading.Thread):
    """Carries packets between the two namespaces, a round trip of 20 ms, until it is cut; writes a capture as it goes."""

    def __init__(self, a, b, capture):
        super().__init__(daemon=True)
        self.ends, self.cut, self.capture, self.packets, self.stopped = {a.tun: b.tun, b.tun: a.tun}, False, capture, 0, False
        capture.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, SNAPLEN, 101))

    def run(self):
        waiting = []
        while not self.stopped:
            timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.2
            ready, _, _ = select.select(list(self.ends), [], [], timeout)
            now = time.monotonic()
            for fd in ready:
                raw = os.read(fd, 65536)
                if raw[0] >> 4 != 4:
                    continue
                self.note(raw)
                if not self.cut and raw[16:18] == b'\x0a\x4d':
                    waiting.append((now + DELAY, self.ends[fd], raw))
            while waiting and waiting[0][0] <= time.monotonic():
                _, fd, raw = waiting.pop(0)
                try:
                    os.write(fd, raw)
                except OSError:
                    pass

    def note(self, raw):
        if self.packets >= 400:
            return
        self.packets += 1
        now = time.time()
        kept = raw[:SNAPLEN]
        self.capture.write(struct.pack('<IIII', int(now), int(now % 1 * 1e6), len(kept), len(raw)) + kept)


def inside(host):
    """Runs in the child: the program lives in that host's namespace."""
    return lambda: set_namespace(host.nsfd)


def output(host, *command, **more):
    done = subprocess.run(command, preexec_fn=inside(host), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30, **more)
    return done.stdout


# ---- the other side

def listening(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', port))
    s.listen(64)
    return s


def serve(port, behave):
    def run():
        s = listening(port)
        held = []
        while True:
            c, _ = s.accept()
            held.append(c)
            threading.Thread(target=behave, args=(c,), daemon=True).start()
    return run


def echo(c):
    while c.recv(4096):
        c.sendall(b'ok')
    c.close()


def answer_and_close(c):
    c.recv(4096)
    c.sendall(b'ok')
    time.sleep(0.5)
    c.close()


def answer_and_read(c):
    c.recv(4096)
    c.sendall(b'ok')
    while c.recv(4096):
        pass
    time.sleep(3600)


def never_read(c):
    time.sleep(3600)


def never_answer(c):
    while c.recv(4096):
        pass
    time.sleep(3600)


def customers(port, count, says, stays):
    def run():
        time.sleep(0.3)
        held = []
        for _ in range(count):
            c = socket.socket()
            c.setblocking(False)
            c.connect_ex(('10.77.0.1', port))
            held.append(c)
            time.sleep(0.05)
        time.sleep(0.5)
        for c in held:
            try:
                c.send(says)
            except OSError:
                pass
        time.sleep(stays)
        for c in held:
            try:
                c.recv(4096)   # what is unread would make a reset of the close
            except OSError:
                pass
            c.close()
        time.sleep(3600)
    return run


def quick_customer(port):
    def run():
        time.sleep(0.3)
        c = socket.create_connection(('10.77.0.1', port))
        c.recv(10)
        c.close()
        time.sleep(3600)
    return run


# ---- the cases: program, mode, other side, when the wire is cut, when to look (several looks show growth), what is true

def case(program, mode, peer, look, opens, state, told=None, cut=None, ends=None, errno=None, log=False, sysctls=None, limit=None, kill=None, scenario=''):
    return dict(program=program, mode=mode, peer=peer, look=look if isinstance(look, list) else [look], opens=opens, told=told or opens, state=state, cut=cut, ends=ends, errno=errno, log=log,
                sysctls=sysctls or {}, limit=limit, kill=kill, scenario=scenario)


CASES = {
    'python-orderly-close': case('shop.py', 'orderly', serve(5432, echo), 3, 'read_price', 'TIME_WAIT', ends=70, scenario='orderly-close'),
    'python-eof-not-closed': case('shop.py', 'eof', serve(5432, answer_and_close), 3, 'stock', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
    'python-peer-killed': case('shop.py', 'killed', serve(6379, answer_and_read), 3, 'warm_cache', 'CLOSE_WAIT', kill=1.5, scenario='peer-process-killed'),
    'python-keepalive': case('shop.py', 'idle', serve(6379, answer_and_read), 8.5, 'subscribe', 'ESTABLISHED', cut=1.5, ends=20, errno='ETIMEDOUT', scenario='peer-host-loses-power-idle'),
    'python-writing': case('shop.py', 'writing', serve(8000, answer_and_read), 7, 'report', 'ESTABLISHED', cut=2.5, ends=20, errno='ETIMEDOUT', log=True, scenario='peer-host-loses-power-while-we-write'),
    'python-slow-reader': case('shop.py', 'slow', serve(8000, never_read), 6, 'export', 'ESTABLISHED', scenario='slow-reader'),
    'python-frozen-then-cut': case('shop.py', 'slow', serve(8000, never_read), 12, 'export', 'ESTABLISHED', cut=4, ends=60, errno='ETIMEDOUT', scenario='peer-frozen'),
    'python-dead-host': case('shop.py', 'dead', None, 4, 'track', 'SYN_SENT', ends=25, errno='ETIMEDOUT', log=True, scenario='connect-to-dead-host'),
    'python-queue-full': case('shop.py', 'full', customers(8080, 8, b'tea', 3600), 3, 'serve_slowly', 'LISTEN', scenario='accept-queue-full'),
    'python-restart': case('shop.py', 'restart', quick_customer(8081), 3, 'admin_accepted', 'TIME_WAIT', told='admin', log=True, errno='EADDRINUSE', scenario='restart-in-time-wait'),
    'python-ports': case('shop.py', 'ports', serve(9100, never_answer), 5, 'probe_all', 'FIN_WAIT_2', log=True, errno='EADDRNOTAVAIL', sysctls={'net.ipv4.ip_local_port_range': '40000 40060', 'net.ipv4.tcp_fin_timeout': 40}, scenario='ports-exhausted-by-time-wait'),
    'python-child': case('shop.py', 'child', serve(9200, answer_and_read), 3, 'notify', 'ESTABLISHED', scenario='child-keeps-descriptor'),
    'python-fleet': case('shop.py', 'fleet', serve(6379, answer_and_close), [3, 6], 'warm_cache', 'CLOSE_WAIT', log=True, errno='EMFILE', limit=24, scenario='leak-fleet'),
    'c-eof-not-closed': case('gate.c', 'eof', serve(7001, answer_and_close), 3, 'read_meter', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
    'c-orderly-close': case('gate.c', 'orderly', serve(7001, echo), 3, 'ask_meter', 'TIME_WAIT', ends=70, scenario='orderly-close'),
    'c-writing': case('gate.c', 'writing', serve(7002, answer_and_read), 7, 'forward', 'ESTABLISHED', cut=2.5, ends=20, scenario='network-cut-and-mended'),
    'c-keepalive': case('gate.c', 'idle', serve(7002, answer_and_read), 6.5, 'watch', 'ESTABLISHED', cut=1.5, ends=20, scenario='peer-reboots'),
    'c-dead-host': case('gate.c', 'dead', None, 4, 'call_home', 'SYN_SENT', ends=25, errno='ETIMEDOUT', scenario='connect-to-dead-host'),
    'c-orphan': case('gate.c', 'orphan', serve(7002, never_answer), 6.5, 'quit_early', 'FIN_WAIT_1', cut=2, ends=20, scenario='idle-flow-forgotten'),
    'c-fin-wait-2': case('gate.c', 'orphan', serve(7002, never_answer), 6, 'quit_early', 'FIN_WAIT_2', ends=30, scenario='close-with-unread-data'),
    'c-console': case('gate.c', 'console', customers(7003, 5, b'hi', 0.5), 4, 'console_accepted', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
    'go-orderly-close': case('relay.go', 'orderly', serve(9002, echo), 3, 'lookup', 'TIME_WAIT', ends=70, scenario='orderly-close'),
    'go-eof-not-closed': case('relay.go', 'eof', serve(9002, answer_and_close), 3, 'announce', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
    'go-writing': case('relay.go', 'writing', serve(9003, answer_and_read), 7, 'pass', 'ESTABLISHED', cut=2.5, ends=20, errno='ETIMEDOUT', log=True, scenario='peer-host-loses-power-while-we-write'),
    'go-slow-reader': case('relay.go', 'slow', serve(9003, never_read), 6, 'dump', 'ESTABLISHED', scenario='slow-reader'),
    'go-dead-host': case('relay.go', 'dead', None, 4, 'away', 'SYN_SENT', ends=25, errno='ETIMEDOUT', log=True, scenario='connect-to-dead-host'),
    'go-waiting': case('relay.go', 'waiting', serve(9002, never_answer), 4, 'lookup', 'ESTABLISHED', cut=2, scenario='peer-frozen'),
    'go-sensors': case('relay.go', 'serve', customers(9001, 6, b'1', 0.5), [3.5, 5], 'sensor', 'CLOSE_WAIT', scenario='leak-fleet'),
    'node-eof-not-closed': case('mirror.mjs', 'eof', serve(6001, answer_and_close), 4, 'fetchPage', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
    'node-writing': case('mirror.mjs', 'writing', serve(6002, answer_and_read), 7, 'announce', 'ESTABLISHED', cut=2.5, ends=20, errno='ETIMEDOUT', log=True, scenario='peer-host-loses-power-while-we-write'),
    'node-slow-reader': case('mirror.mjs', 'slow', serve(6001, never_read), 6, 'push', 'ESTABLISHED', scenario='slow-reader'),
    'node-dead-host': case('mirror.mjs', 'dead', None, 4.5, 'reach', 'SYN_SENT', ends=25, errno='ETIMEDOUT', log=True, scenario='connect-to-dead-host'),
    'node-visitors': case('mirror.mjs', 'serve', customers(6003, 4, b'page', 0.5), 5, 'serve', 'CLOSE_WAIT', scenario='peer-closes-we-do-not'),
}


def command_of(program, mode, folder):
    source = os.path.join(PROGRAMS, program)
    if program.endswith('.py'):
        return [sys.executable, 'shop.py', mode]
    if program.endswith('.mjs'):
        return ['node', '--report-on-signal', f'--report-directory={folder}', '--report-filename=report.json', 'mirror.mjs', mode]
    name = program.rsplit('.', 1)[0]
    built = os.path.join(tempfile.gettempdir(), f'closewait-symptoms-{name}')
    if not os.path.exists(built) or os.path.getmtime(built) < os.path.getmtime(source):
        subprocess.run(['gcc', '-g', '-O0', '-o', built, source] if program.endswith('.c') else ['go', 'build', '-o', built, source], check=True)
    target = os.path.join(folder, name)
    shutil.copy(built, target)
    return [target, mode]


def line_of(program, opens):
    with open(os.path.join(PROGRAMS, program)) as f:
        for number, text in enumerate(f, 1):
            if re.search(rf'opens: {opens}\b', text):
                return number
    raise KeyError(f'{program} has no line "opens: {opens}"')


def scrub(text, folder):
    """No path or program of this machine."""
    return text.replace(folder + '/', '/srv/app/').replace(PROGRAMS + '/', '/srv/app/').replace(os.path.realpath(sys.executable), '/usr/bin/python3').replace(sys.executable, '/usr/bin/python3')


def stamped(host, *command):
    """A table, with the moment at which it was asked for."""
    at = time.time()
    moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03d}Z"
    table = output(host, *command)
    return at, time.time() - at, f"{moment}\n$ {' '.join(command)}\n{table}"


def stack_of(pid, program, log):
    if program.endswith('.c'):
        return subprocess.run(['gdb', '-p', str(pid), '-batch', '-ex', 'thread apply all bt'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60).stdout if shutil.which('gdb') else ''
    if program.endswith('.mjs'):
        return ''
    before = os.path.getsize(log)
    os.kill(pid, signal.SIGUSR1 if program.endswith('.py') else signal.SIGQUIT)
    time.sleep(0.5)
    with open(log) as f:
        f.seek(before)
        return f.read()


def start_peer(spec, host):
    if spec['peer'] is None:
        return 0
    pid = os.fork()
    if pid == 0:
        try:
            set_namespace(host.nsfd)
            spec['peer']()
        finally:
            os._exit(0)
    return pid


def wait_for(condition):
    until = time.time() + 20
    while not condition() and time.time() < until:
        time.sleep(0.02)


def ends_at(host, ports, state, until):
    """When the kernel has forgotten the last of these connections; None when it has not."""
    while time.time() < until:
        now = {(a, b) for a, b, s in host.sockets() if s == state}
        if not now & ports:
            return time.time()
        time.sleep(0.02)
    return None


def record(name, spec, rootns):
    folder = tempfile.mkdtemp(prefix='closewait-symptom-')
    shutil.copy(os.path.join(PROGRAMS, spec['program']), folder)
    command = command_of(spec['program'], spec['mode'], folder)
    sysctls = {**SYSCTLS, **spec['sysctls']}
    a, b = Host('A', rootns, sysctls, False), Host('B', rootns, {}, False)
    output(a, 'ip', 'route', 'add', 'default', 'dev', 'net0')
    target = os.path.join(ROOT, 'recorded', name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    with open(os.path.join(target, 'capture.pcap'), 'wb') as capture:
        wire = Wire(a, b, capture)
        wire.start()
        calls = spec['peer'] is not None and not spec['peer'].__qualname__.startswith('serve')
        peer = 0 if calls else start_peer(spec, b)
        if peer:
            wait_for(lambda: any(s == 'LISTEN' for _, _, s in b.sockets()))
        log = os.path.join(folder, 'log')
        limit = spec['limit']

        def start():
            set_namespace(a.nsfd)
            if limit:
                import resource
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        with open(log, 'w') as out:
            program = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, preexec_fn=start, start_new_session=True, env={**os.environ, 'GOTRACEBACK': 'all'})
        if calls:
            wait_for(lambda: output(a, 'ss', '-tlnH'))
            peer = start_peer(spec, b)
        wait_for(lambda: output(a, 'ss', '-tanH', 'state', 'connected'))
        try:
            write(name, spec, target, folder, log, program, wire, a, peer, sysctls)
        finally:
            wire.stopped = True   # what the end of the programs sends is not part of it
            wire.join(2)
            for kill, pid in ((os.killpg, program.pid), (os.kill, peer)):
                if pid:
                    try:
                        kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
    shutil.rmtree(folder, ignore_errors=True)


def write(name, spec, target, folder, log, program, wire, a, peer, sysctls):
    started = time.time()
    if spec['cut']:
        threading.Timer(spec['cut'], lambda: setattr(wire, 'cut', True)).start()
    if spec['kill']:
        threading.Timer(spec['kill'], lambda: os.kill(peer, signal.SIGKILL)).start()
    tables, procs = [], []
    for moment in spec['look']:
        time.sleep(max(0, started + moment - time.time()))
        at, lag, table = stamped(a, 'ss', '-tanpoie')
        tables.append(table)
        procs.append(stamped(a, 'cat', '/proc/net/tcp')[2])
    state = {'ESTABLISHED': 'ESTABLISHED'}.get(spec['state'], spec['state'])
    ports = {(x, y) for x, y, s in a.sockets() if s == state}
    others = {
        'netstat.txt': stamped(a, 'netstat', '-tanpo')[2] if shutil.which('netstat') else '',
        'lsof.txt': stamped(a, 'lsof', '-nP', '-i', '-a', '-p', str(program.pid))[2] if shutil.which('lsof') else '',
    }
    end = ends_at(a, ports, state, at + spec['ends']) if spec['ends'] else None
    if not spec['ends']:
        wire.stopped = True   # a dump may end the program
        wire.join(2)
        others['stack.txt'] = stack_of(program.pid, spec['program'], log)
    time.sleep(1.5 if spec['log'] else 0)
    with open(log) as f:
        text = f.read()
    if others.get('stack.txt'):
        text = text.replace(others['stack.txt'], '')
    files = {'ss.txt': '\n'.join(tables), 'proc.txt': '\n'.join(procs), **others, **({'log.txt': text} if spec['log'] else {})}
    for file, content in files.items():
        if content.strip():
            with open(os.path.join(target, file), 'w') as f:
                f.write(scrub(content, folder))
    truth = {
        'program': spec['program'], 'line': line_of(spec['program'], spec['opens']), 'toldLine': line_of(spec['program'], spec['told']), 'opens': spec['opens'], 'state': spec['state'], 'scenario': spec['scenario'],
        'at': round(at, 3), 'lag': round(lag, 3), 'endsAfter': None if end is None else round(end - at, 3), 'endedAt': None if end is None else round(end, 3), 'outlasts': spec['ends'] if spec['ends'] and end is None else None, 'errno': spec['errno'],
        'command': scrub(' '.join(program.args), folder), 'sysctls': sysctls, 'release': os.uname().release.split('-')[0],
    }
    with open(os.path.join(target, 'truth.json'), 'w') as f:
        json.dump(truth, f, indent=1)
        f.write('\n')
    print(f"{name}: {len(ports)} in {spec['state']}, line {truth['line']}, ends after {truth['endsAfter']}", flush=True)


def main():
    if os.geteuid() != 0:
        sys.exit('lab:symptoms needs root: it makes network namespaces and TUN devices')
    chosen = sys.argv[1:] or list(CASES)
    for program in {CASES[n]['program'] for n in chosen}:
        command_of(program, 'x', tempfile.mkdtemp(prefix='closewait-symptom-'))
    waiting, running = list(chosen), {}
    rootns = os.open('/proc/self/ns/net', os.O_RDONLY)
    failed = []
    while waiting or running:
        while waiting and len(running) < 8:
            name = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                try:
                    record(name, CASES[name], rootns)
                    os._exit(0)
                except BaseException as error:
                    print(f'{name}: {error!r}', flush=True)
                    os._exit(1)
            running[pid] = name
        pid, status = os.wait()
        if pid in running:
            name = running.pop(pid)
            if status != 0:
                failed.append(name)
    if failed:
        sys.exit(f'failed: {", ".join(failed)}')


if __name__ == '__main__':
    main()
