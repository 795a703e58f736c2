"""Records services as `symptoms.py` does its programs: several files, settings and connections each, every socket's end is waited for.

Programs: test/fixtures/symptoms/services (a comment `opens c:PORT`, `a:PORT` or `l:PORT` marks the line that opens a client's connection to
that port, an accepted one or a listener; `also`: a line that is as right). Written: test/fixtures/symptoms/services-recorded/NAME/.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from engine import Host, set_namespace

SCRIPTS = ('.py', '.js', '.mjs', '.c', '.h', '.go', '.java')
MARK = re.compile(r' *(?://|#|/[*]) (?:opens|also) [acl]:[^\n]*')


def copied(program, root, folder):
    """The program without its marks: what it writes about itself must not show them."""
    shutil.copytree(os.path.join(root, 'services', program), folder, dirs_exist_ok=True)
    for at, _, files in os.walk(folder):
        for name in (n for n in files if n.endswith(SCRIPTS)):
            with open(os.path.join(at, name)) as f:
                text = f.read()
            with open(os.path.join(at, name), 'w') as f:
                f.write(MARK.sub('', text))


def others(spec, host):
    """The other side, in a process of its own: servers first, callers when the program is up."""
    pid = os.fork()
    if pid == 0:
        try:
            set_namespace(host.nsfd)
            for side in spec['servers']:
                threading.Thread(target=side, daemon=True).start()
            time.sleep(spec.get('callafter', 2.0))
            for side in spec.get('callers', []):
                threading.Thread(target=side, daemon=True).start()
            time.sleep(3600)
        finally:
            os._exit(0)
    return pid


def ends(host, program, at, until):
    """When each socket has left the state of the look, and when the program has ended: seconds from the look."""
    waiting = {s for s in host.sockets() if s[2] != 'LISTEN'}
    found, left = {}, None
    while time.time() < until and waiting:
        now = set(host.sockets())
        if left is None and program.poll() is not None:
            left = round(time.time() - at, 3)
        known = {s[:2] for s in now}
        for local, remote, state in [s for s in waiting if s not in now]:
            found[f'{local}-{remote}-{state}'] = [round(time.time() - at, 3), 'changed' if (local, remote) in known else 'gone']
            waiting.discard((local, remote, state))
        time.sleep(0.02)
    return found, left


def record_service(name, spec, rootns, lab):
    """@param lab: what symptoms.py has: its wire, its root, its settings."""
    program = spec['name']
    above = tempfile.mkdtemp(prefix='closewait-service-')
    folder = os.path.join(above, program)
    copied(program, lab.ROOT, folder)
    for command in spec.get('build', []):
        subprocess.run(command, cwd=folder, shell=True, check=True, env={**os.environ, 'CGO_ENABLED': '0'})
    a, b = Host('A', rootns, lab.SYSCTLS, False), Host('B', rootns, {}, False)
    lab.output(a, 'ip', 'route', 'add', 'default', 'dev', 'net0')
    target = os.path.join(lab.ROOT, 'services-recorded', name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    with open(os.path.join(target, 'capture.pcap'), 'wb') as capture, open(os.path.join(above, 'log'), 'w') as out:
        wire = lab.Wire(a, b, capture)
        wire.start()
        peer = others(spec, b)
        time.sleep(0.4)
        started = subprocess.Popen(spec['cmd'], cwd=folder, stdout=out, stderr=subprocess.STDOUT, preexec_fn=lab.inside(a),
                                   start_new_session=True, env={**os.environ, **spec.get('env', {})})
        try:
            looked(spec, lab, a, wire, started, target, above)
        finally:
            wire.stopped = True
            wire.join(2)
            for kill, pid in ((os.killpg, started.pid), (os.kill, peer)):
                try:
                    kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
    shutil.rmtree(above, ignore_errors=True)
    print(f'{name}: recorded', flush=True)


def looked(spec, lab, a, wire, program, target, above):
    begin = time.time()
    if spec.get('cut'):
        threading.Timer(spec['cut'], lambda: setattr(wire, 'cut', True)).start()
    tables = []
    for moment in spec['look']:
        time.sleep(max(0, begin + moment - time.time()))
        at, lag, table = lab.stamped(a, 'ss', '-tanpoie')
        tables.append(table)
    files = {
        'ss.txt': '\n'.join(tables),
        'netstat.txt': lab.stamped(a, 'netstat', '-tanpo')[2],
        'lsof.txt': lab.stamped(a, 'lsof', '-nP', '-i')[2],
        'proc.txt': lab.stamped(a, 'cat', '/proc/net/tcp', '/proc/net/tcp6')[2],
    }
    found, left = ends(a, program, at, at + spec.get('ends', 0))
    time.sleep(spec.get('after', 0.5))
    if spec.get('dump'):
        os.kill(program.pid, spec['dump'])
        time.sleep(1)
    for tool in (['jstack', str(program.pid)] if spec.get('jstack') else None,
                 ['gdb', '-p', str(program.pid), '-batch', '-ex', 'thread apply all bt'] if spec.get('gdb') else None):
        if tool and shutil.which(tool[0]):
            files['stack.txt'] = subprocess.run(tool, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60).stdout
    with open(os.path.join(above, 'log')) as f:
        files['log.txt'] = f.read()
    for file, text in files.items():
        if text.strip():
            with open(os.path.join(target, file), 'w') as f:
                f.write(lab.scrub(text, above).replace('/srv/app/', '/srv/'))
    truth = {'program': spec['name'], 'exit': left, 'at': at, 'lag': lag, 'ends': found, 'until': spec.get('ends', 0)}
    truth['sysctls'] = lab.SYSCTLS
    with open(os.path.join(target, 'truth.json'), 'w') as f:
        json.dump(truth, f, indent=1)
        f.write('\n')
