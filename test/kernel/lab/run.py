#!/usr/bin/env python3
"""Executes experiment files (docs/EXPERIMENT.md) on the real Linux kernel and writes their traces.

  python3 run.py experiments/*.json --runs 3 --out traces --jobs 40
      --first N     number of the first run (default 0)
      --retries K   repeat a run that the machine disturbed (default 3)
      --keep        run only what has no undisturbed trace yet
  python3 run.py --show traces/close-peer-first.0.json        print a trace as a time line

Needs root (namespaces, TUN) and nothing but Python. A trace is <out>/<name>.<run>.json.
"""
import argparse
import json
import os
import sys
import time
import traceback

LIMIT_MS = 15      # a run whose wire or programs were later than this is repeated (the machine stood still)


def load(path):
    with open(path) as f:
        return json.load(f)


def one(experiment, run, out):
    from engine import Bench
    trace = Bench(experiment).run()
    path = os.path.join(out, f"{experiment['name']}.{run}.json")
    write_trace(trace, path + '.new')
    return path, trace['worstLagMs']


def write_trace(trace, path):
    """JSON, one event per line."""
    with open(path, 'w') as f:
        parts = []
        for key, value in trace.items():
            rows = isinstance(value, list) and value and isinstance(value[0], dict)
            parts.append(f' "{key}": ' + ('[\n  ' + ',\n  '.join(json.dumps(v) for v in value) + '\n ]' if rows else json.dumps(value)))
        f.write('{\n' + ',\n'.join(parts) + '\n}\n')


def child(experiment, run, out):
    """Runs in a forked process; exit code 0 quiet, 3 disturbed, 1 failed."""
    code = 1
    try:
        path, lag = one(experiment, run, out)
        # keep the calmest attempt
        if not os.path.exists(path) or load(path)['worstLagMs'] >= lag:
            os.rename(path + '.new', path)
        else:
            os.unlink(path + '.new')
        code = 3 if lag > LIMIT_MS else 0
    except BaseException:
        sys.stderr.write(f"{experiment['name']}.{run}: {traceback.format_exc()}\n")
    sys.stderr.flush()
    os._exit(code)


def run_all(experiments, runs, first, jobs, out, retries, keep):
    os.makedirs(out, exist_ok=True)
    todo = [(e, r) for r in range(first, first + runs) for e in experiments]
    todo.sort(key=lambda x: (-x[0]['durationS'], x[1]))
    for e, r in list(todo):
        path = os.path.join(out, f"{e['name']}.{r}.json")
        if os.path.exists(path):
            old = load(path)
            if keep and old['worstLagMs'] <= LIMIT_MS and old['experiment'] == e:
                todo.remove((e, r))
            elif old['experiment'] != e or not keep:
                os.unlink(path)
    live, tries, failed, noisy, t0, last = {}, {}, [], [], time.monotonic(), 0.0
    while todo or live:
        while todo and len(live) < jobs and time.monotonic() - last > 0.1:     # start gently
            e, r = todo.pop(0)
            last = time.monotonic()
            pid = os.fork()
            if pid == 0:
                child(e, r, out)
            live[pid] = (e, r)
        for pid in list(live):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            e, r = live.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            n = tries[(e['name'], r)] = tries.get((e['name'], r), 0) + 1
            if code == 3 and n <= retries and e['durationS'] * n < 260:
                todo.insert(0, (e, r))
            elif code == 3:
                noisy.append(f"{e['name']}.{r}")
            elif code != 0:
                failed.append(f"{e['name']}.{r}")
        time.sleep(0.02)
    with open('/proc/sys/net/ipv4/tcp_allowed_congestion_control') as allowed:
        if 'cubic' not in allowed.read().split():
            sys.stderr.write('tcp_allowed_congestion_control has no cubic: senders here grow their windows otherwise than the model does\n')
    again = sum(n - 1 for n in tries.values())
    print(f'{len(experiments)} experiments x {runs} runs in {time.monotonic() - t0:.0f} s; {again} repeated because the machine stood still, '
          f'{len(noisy)} still disturbed {noisy or ""}; {len(failed)} failed {failed or ""}')
    return not failed


def show(path):
    tr = load(path)
    ex = tr.get('experiment', {})
    print(f"{ex.get('name', path)}: {ex.get('why', '')}\nRTT {tr.get('rttMs')} ms, stalls {tr.get('stalls')}")
    rows = [(f['at'], 0, '** ' + ' '.join(f'{k}={v}' for k, v in f.items() if k != 'at')) for f in ex.get('faults', [])]
    for p in tr['packets']:
        arrow = 'A --> B' if p['from'] == 'A' else 'A <-- B'
        rows.append((p['t'], 2, f"    {arrow} {p['flags']:4} seq {p['seq']} ack {p['ack']} len {p['len']} {p['kind']}"
                                f"{' LOST(' + p['dropped'] + ')' if p['dropped'] else ''} [{p['conn']}]"))
    for s in tr['states']:
        rows.append((s['t'], 3, f"       {s['side']} {s['sock']} {s['state']}"))
    for c in tr['calls']:
        what = f" {c['side']}.{c['program']}: {c['call']} {c['on']}"
        if c['end'] is None:
            rows.append((c['start'], 1, what + ' ... never returns'))
        else:
            rows.append((c['end'], 1, what + f" -> {c['errno'] or c['result']}{' in ' + c['failed'] if c.get('failed') else ''}"
                                             f"{' (since %.4f)' % c['start'] if c['end'] - c['start'] > 0.002 else ''}"))
    for t, _, text in sorted(rows, key=lambda r: (r[0], r[1])):
        print(f'{t:10.4f} {text}')


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('files', nargs='+')
    ap.add_argument('--runs', type=int, default=1)
    ap.add_argument('--first', type=int, default=0)
    ap.add_argument('--jobs', type=int, default=40)
    ap.add_argument('--retries', type=int, default=3)
    ap.add_argument('--keep', action='store_true')
    ap.add_argument('--out', default='traces')
    ap.add_argument('--show', action='store_true')
    a = ap.parse_args()
    if a.show:
        for path in a.files:
            show(path)
        return 0
    return 0 if run_all([load(p) for p in a.files], a.runs, a.first, a.jobs, a.out, a.retries, a.keep) else 1


if __name__ == '__main__':
    sys.exit(main())
