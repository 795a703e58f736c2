"""Records symptoms: real programs in Python, C, Go and Node fail in namespaces of this kernel; what ss, /proc, lsof, netstat, a capture and
a stack dump show of it is written down with what is true of it: the line that opened the connection and when the kernel ended it. `services.py` does so with larger ones.

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
import struct
import subprocess
import sys
import tempfile
import threading
import time

from engine import Host, set_namespace
from service_cases import SERVICES
from services import record_service
from symptom_cases import CASES

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


def command_of(program, mode, folder):
    source = os.path.join(PROGRAMS, program)
    if program.endswith('.py'):
        return [sys.executable, program, mode]
    if program.endswith('.mjs'):
        return ['node', '--report-on-signal', f'--report-directory={folder}', '--report-filename=report.json', program, mode]
    if program.endswith('.java'):
        subprocess.run(['javac', '-d', folder, source], check=True)
        return ['java', '-XX:TieredStopAtLevel=1', '-cp', '.', program.removesuffix('.java'), mode]
    name = program.rsplit('.', 1)[0]
    built = os.path.join(tempfile.gettempdir(), f'closewait-symptoms-{name}')
    if not os.path.exists(built) or os.path.getmtime(built) < os.path.getmtime(source):
        subprocess.run(['gcc', '-g', '-O0', '-pthread', '-o', built, source] if program.endswith('.c') else ['go', 'build', '-o', built, source], check=True)
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
    text = text.replace(folder + '/', '/srv/app/').replace(folder, '/srv/app').replace(os.path.dirname(os.__file__), '/usr/lib/python3')
    return text.replace(PROGRAMS + '/', '/srv/app/').replace(os.path.realpath(sys.executable), '/usr/bin/python3').replace(sys.executable, '/usr/bin/python3')


def stamped(host, *command):
    """A table, with the moment at which it was asked for."""
    at = time.time()
    moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03d}Z"
    table = output(host, *command)
    return at, time.time() - at, f"{moment}\n$ {' '.join(command)}\n{table}"


def stack_of(pid, program, log):
    if program.endswith('.c'):
        return subprocess.run(['gdb', '-p', str(pid), '-batch', '-ex', 'thread apply all bt'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60).stdout if shutil.which('gdb') else ''
    if program.endswith('.java'):
        return subprocess.run(['jstack', str(pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60).stdout
    if program.endswith('.mjs') or (program.endswith('.py') and not dumps(program)):
        return ''
    before = os.path.getsize(log)
    os.kill(pid, signal.SIGUSR1 if program.endswith('.py') else signal.SIGQUIT)
    time.sleep(0.5)
    with open(log) as f:
        f.seek(before)
        return f.read()


def dumps(program):
    with open(os.path.join(PROGRAMS, program)) as f:
        return 'faulthandler.register' in f.read()


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
        'program': spec['program'], 'line': line_of(spec['program'], spec['opens']), 'toldLine': line_of(spec['program'], spec['told']), 'opens': spec['opens'], 'state': spec['state'], 'role': spec['role'], 'scenario': spec['scenario'],
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
    chosen = sys.argv[1:] or [*CASES, *SERVICES]
    for program in {CASES[n]['program'] for n in chosen if n in CASES}:
        command_of(program, 'x', tempfile.mkdtemp(prefix='closewait-symptom-'))
    waiting, running = list(chosen), {}
    rootns = os.open('/proc/self/ns/net', os.O_RDONLY)
    failed = []
    while waiting or running:
        while waiting and len(running) < 6:
            name = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                try:
                    if name in CASES:
                        record(name, CASES[name], rootns)
                    else:
                        record_service(name, SERVICES[name], rootns, sys.modules['__main__'])
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
