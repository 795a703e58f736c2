"""The experiment format of docs/EXPERIMENT.md as code: what is valid, how it is written, which ports are named, which step each call comes from."""
import json

SYSCALL_STEPS = ('listen', 'accept', 'connect', 'setsockopt', 'getsockopt', 'send', 'recv', 'recvUntilEof', 'fill', 'poll', 'shutdown', 'close')
OTHER_STEPS = ('sleep', 'hold', 'exit', 'repeat', 'fork')
STEP_FIELDS = {      # required, optional
    'listen': ('as port', 'backlog options'), 'accept': ('on as', 'options'), 'connect': ('to', 'as on bindPort options'),
    'setsockopt': ('on options', ''), 'getsockopt': ('on option', ''), 'send': ('on bytes', 'flags'), 'recv': ('on', 'bytes flags'),
    'recvUntilEof': ('on', ''), 'fill': ('on', ''), 'poll': ('on', 'for events'), 'shutdown': ('on', 'how'), 'close': ('on', ''),
    'sleep': ('for', ''), 'hold': ('', ''), 'exit': ('', ''), 'repeat': ('times steps', ''), 'fork': ('as steps', '')}
FAULT_FIELDS = {
    'powerLoss': ('host', ''), 'boot': ('host', 'program'), 'cut': ('', 'from'), 'restore': ('', ''), 'kill': ('program', ''),
    'drop': ('from', 'flag skip count'), 'duplicate': ('from', 'flag skip count'), 'freeze': ('program', ''), 'thaw': ('program', ''), 'icmp': ('from code', ''),
    'natForget': ('', 'newPort'), 'linkDown': ('host', ''), 'linkUp': ('host', '')}
TOP_FIELDS = ('name', 'why', 'rttMs', 'durationS', 'link', 'sysctls', 'programs', 'faults', 'model')


def explicit_ports(experiment):
    """Every port that the experiment itself names; all others were chosen by the kernel."""
    out = set()

    def walk(steps):
        for s in steps:
            out.update(p for p in (s.get('port'), s.get('bindPort')) if p)
            if 'to' in s:
                out.add(int(s['to'].split(':')[1]))
            walk(s.get('steps', []))
    for p in experiment['programs']:
        walk(p['steps'])
    return out


def steps_of(experiment):
    """{program: [step of its 1st call, 2nd call, ...]}, repeats and forks written out."""
    out = {}

    def walk(name, steps):
        """False once the program has ended."""
        calls = out.setdefault(name, [])
        for s in steps:
            if s['do'] == 'repeat':
                if not all(walk(name, s['steps']) for _ in range(s['times'])):
                    return False
            elif s['do'] == 'fork':
                walk(s['as'], s['steps'])
            elif s['do'] in ('exit', 'hold'):
                return False
            elif s['do'] != 'sleep':
                calls.append(s)
        return True
    for p in experiment['programs']:
        walk(p['name'], p['steps'])
    return out


def problems(experiment):
    """What is wrong with an experiment, in words; empty if it is valid."""
    out = [f'unknown field {k}' for k in experiment if k not in TOP_FIELDS]
    out += [f'missing field {k}' for k in ('name', 'durationS', 'programs') if k not in experiment]
    if out:
        return out
    names = []

    def fields(what, row, required, optional):
        for k in required.split():
            if k not in row:
                out.append(f'{what}: missing {k}')
        for k in row:
            if k not in required.split() + optional.split() + ['do', 'at', 'fault', 'line']:
                out.append(f'{what}: unknown field {k}')

    def walk(program, steps):
        for i, s in enumerate(steps):
            what = f'{program}, step {i + 1} ({s.get("do")})'
            if s.get('do') not in STEP_FIELDS:
                out.append(f'{what}: unknown step')
                continue
            fields(what, s, *STEP_FIELDS[s['do']])
            if s['do'] == 'connect' and ('on' in s) == ('as' in s):
                out.append(f'{what}: needs "as" (a new socket) or "on" (an existing one)')
            if s['do'] == 'fork':
                names.append(s['as'])
            walk(program, s.get('steps', []))
    for p in experiment['programs']:
        names.append(p['name'])
        if p.get('host') not in ('A', 'B'):
            out.append(f'{p["name"]}: host must be A or B')
        walk(p['name'], p['steps'])
    out += [f'two programs are called {n}' for n in set(names) if names.count(n) > 1]
    for f in experiment.get('faults', []):
        if f.get('fault') not in FAULT_FIELDS:
            out.append(f'unknown fault {f.get("fault")}')
            continue
        fields(f'fault {f["fault"]}', f, *FAULT_FIELDS[f['fault']])
        if 'at' not in f:
            out.append(f'fault {f["fault"]}: missing at')
        if f.get('program') and f['program'] not in names:
            out.append(f'fault {f["fault"]}: no program {f["program"]}')
    return out


def dump(e):
    """The experiment as text: one step, one line."""
    def line(v):
        return json.dumps(v, ensure_ascii=False)
    out = ['{ ' + ', '.join(f'"{k}": {line(e[k])}' for k in ('name',)) + ',']
    out.append(f'  "why": {line(e["why"])},')
    out.append('  ' + ', '.join(f'"{k}": {line(e[k])}' for k in ('rttMs', 'durationS', 'link') if k in e) + ',')
    out.append(f'  "sysctls": {line(e["sysctls"])},')
    programs = []
    for p in e['programs']:
        head = ', '.join(f'"{k}": {line(v)}' for k, v in p.items() if k != 'steps')
        programs.append('    { ' + head + ', "steps": [\n      ' + ',\n      '.join(line(s) for s in p['steps']) + ' ] }')
    out.append('  "programs": [\n' + ',\n'.join(programs) + ' ],')
    out.append('  "faults": [' + (',\n             '.join(line(f) for f in e['faults'])) + '] }')
    return '\n'.join(out) + '\n'
