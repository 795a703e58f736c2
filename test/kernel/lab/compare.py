#!/usr/bin/env python3
"""Judges a model's trace by the real kernel's traces of the same experiment (docs/EXPERIMENT.md, "How traces are compared").

  python3 compare.py traces/finwait-timeout-3s.*.json --model model.json
  python3 compare.py --batch experiments --traces traces --command "node dist/cli.js simulate --experiment FILE --format json"
  python3 compare.py --batch experiments --traces traces --models DIR          (DIR/<name>.json, made before)
      --only PREFIX   --jobs N   --verbose (all differences, not only the first)

Exit code 0: all agree, 1: something differs, 2: wrong usage or a trace that cannot be read.
"""
import argparse
import bisect
import concurrent.futures
import glob
import json
import os
import shlex
import subprocess
import sys

from contract import explicit_ports, steps_of

TOL = 0.030             # what the machine may add anywhere
CHAIN = 1.15            # a chain of growing waits adds 1/8 of a granule at each level of the wheel
POLL = 0.030            # kernel states are seen by polling
SHORT_MODEL, SHORT_KERNEL = 0.010, 0.015
MERGE_ACK = 0.010       # an ACK this close before a packet that carries it is the same as one packet
BULK_GAP = 0.100        # and one round trip
RTO_DRIFT = 0.02        # one jiffy of 4 ms in an RTO of 200 ms, doubled with every step
CAUSE = 0.045           # a consequence follows its cause within this
OTHER = {'A': 'B', 'B': 'A'}


def granule(seconds):
    """Granularity of the kernel's timer wheel (HZ=250) for a wait of this length."""
    for limit, g in ((0.252, 0.004), (2.016, 0.032), (16.128, 0.256), (129.024, 2.048), (1032.192, 16.384)):
        if seconds < limit:
            return g
    return 131.072


# ---- a trace in comparable form -------------------------------------------------------------------------------
class View:
    """A trace with ports renamed by first use, packets as streams, states and calls as sequences."""

    def __init__(self, trace, experiment):
        self.ex = experiment
        self.duration = experiment['durationS']
        self.delay = experiment.get('rttMs', 0) / 2000
        self.loose = has_bulk(experiment)
        self.rename(trace)
        self.packets = [p for p in self.packets if p['t'] <= self.duration]
        self.streams = {}
        for p in self.packets:
            self.streams.setdefault((p['conn'], p['from']), []).append(p)
        for key in self.streams:
            self.streams[key] = self.tidy(key, self.streams[key])
        self.sockets = {}
        for s in self.states:
            seq = self.sockets.setdefault((s['side'], s['sock']), [])
            if not seq or seq[-1]['state'] != s['state']:
                seq.append(s)
        self.programs = {}
        for c in sorted(trace['calls'], key=lambda c: c['start']):
            if c['start'] <= self.duration:
                if c['end'] is not None and c['end'] > self.duration:
                    c = {**c, 'end': None, 'result': None, 'errno': None}
                self.programs.setdefault(c['program'], []).append(dict(c))

    def rename(self, trace):
        """Connections from ports that the kernel chose are named a1-5000, a2-5000 ... by the order of their SYNs."""
        self.fixed, self.opened, counts = explicit_ports(self.ex), {}, {}
        self.packets = [{**p} for p in sorted(trace['packets'], key=lambda p: p['t'])]
        self.states = [{**s} for s in sorted(trace['states'], key=lambda s: s['t'])]

        def label(ports):
            free = ['AB'[i] for i, p in enumerate(ports) if p and p not in self.fixed]
            key = tuple(p if p in self.fixed else '' for p in ports)
            counts[key] = counts.get(key, 0) + 1
            return '-'.join(str(p) if 'AB'[i] not in free else f"{'ab'[i]}{counts[key]}" for i, p in enumerate(ports))
        for p in self.packets:
            if p.get('conn'):
                ports = tuple(int(x) for x in p['conn'].split('-'))
                known = self.opened.setdefault(ports, [])
                if not known or ('S' in p['flags'] and 'A' not in p['flags'] and not p['kind']):
                    known.append((p['t'], label(ports)))
                p['conn'] = known[-1][1]
        for s in self.states:
            ports = tuple(int(x) for x in s['sock'].split('-'))
            ports = ports if s['side'] == 'A' else ports[::-1]
            if 0 not in ports and ports not in self.opened:
                self.opened[ports] = [(s['t'], label(ports))]
            s['conn'] = self.named(ports, s['t'] + 0.005)
            s['sock'] = '-'.join(s['conn'].split('-') if s['side'] == 'A' else s['conn'].split('-')[::-1])

    def named(self, ports, t):
        """The name of the connection that used these ports at this time."""
        if ports not in self.opened:
            return '-'.join(map(str, ports))
        return next((name for at, name in reversed(self.opened[ports]) if at <= t), self.opened[ports][0][1])

    def conn_of(self, call):
        """The connection of a call, where the trace tells its socket."""
        if not call.get('sock'):
            return None
        ports = tuple(int(x) for x in call['sock'].split('-'))
        return self.named(ports if call['side'] == 'A' else ports[::-1], call['start'] + 0.005)

    def tidy(self, key, rows):
        """Kinds, pure ACKs that a race merges or splits, runs of full segments, numbers relative where buffers decide."""
        top, out = None, []
        for p in rows:
            size = p['len'] + ('S' in p['flags']) + ('F' in p['flags'])
            end = (p['seq'] or 0) + size
            if p['kind'] == 'tlp':
                p['kind'] = 'retrans' if top is not None and size and end <= top else ''
            p['top'] = top
            if 'R' not in p['flags'] and size:
                if 'S' in p['flags'] and not p['kind']:
                    top = end
                top = end if top is None else max(top, end)
            p['flags'] = p['flags'].replace('P', '') if p['len'] >= 1000 else p['flags']
            p['span'] = 1
        for i, p in enumerate(rows):
            nxt = rows[i + 1] if i + 1 < len(rows) else None
            pure = p['flags'] == 'A' and not p['len'] and not p['kind']
            if (pure and nxt and nxt['t'] - p['t'] < MERGE_ACK and nxt['ack'] == p['ack'] and nxt['seq'] == p['seq'] and not nxt['kind']
                    and (nxt['len'] or 'F' in nxt['flags'])):
                continue
            out.append(p)
        return self.bulk(out)

    def bulk(self, rows):
        """Three or more new data segments, or ACKs of more than two segments, in a row become one event."""
        out = []
        for p in rows:
            data = p['len'] >= 1000 and not p['kind'] and p['flags'] in ('A', 'FA')
            ack = p['flags'] == 'A' and not p['len'] and not p['kind'] and p['ack']
            p['bulk'] = ('data' if data else 'ack' if ack else None) if not p['dropped'] else None
            q = out[-1][-1] if out else None
            same = q and p['bulk'] and q['bulk'] == p['bulk'] and p['t'] - q['t'] < BULK_GAP + 2 * self.delay and 'F' not in q['flags'] and (
                p['seq'] == q['seq'] + q['len'] if p['bulk'] == 'data' else p['ack'] > q['ack'] and p['seq'] == q['seq'])
            if same:
                out[-1].append(p)
            else:
                out.append([p])
        result = []
        for group in out:
            first, last = group[0], group[-1]
            amount = last['seq'] + last['len'] - first['seq'] if first['bulk'] == 'data' else (last['ack'] or 0) - (first['ack'] or 0)
            if len(group) >= 3 and (first['bulk'] == 'data' or amount >= 2 * 1448):
                if first['bulk'] == 'data':
                    result.append({**last, 'seq': first['seq'], 'len': amount, 'ack': last['ack'], 't': first['t'], 'span': len(group), 'first': first})
                else:
                    result.append({**last, 't': first['t'], 'span': len(group), 'first': first})
            else:
                result.extend(group)
        return result

    def ident(self, key, p):
        """What must be equal."""
        kind = 'bulk' if p['span'] > 1 else p['kind']
        if not self.loose or p['flags'].startswith('ARP') or 'S' in p['flags']:
            return (p['flags'], p['seq'], p['ack'], p['len'], kind, p['dropped'])
        behind = None if p['top'] is None else p['seq'] - p['top']
        behind = behind if behind is None or -1 <= behind <= 0 else 'resent' if behind < 0 else 'ahead'
        return (p['flags'].replace('P', ''), behind, 'ack' if p['ack'] is not None else None, 'data' if p['len'] else 0,
                kind if kind != 'bulk' else '', p['dropped'])


def has_bulk(experiment):
    """True where the sizes of buffers decide how much goes over the wire."""
    return any(s['do'] == 'fill' or s.get('bytes', 0) > 60000 or {'SO_RCVBUF', 'SO_SNDBUF'} & set(s.get('options', {}))
               for steps in steps_of(experiment).values() for s in steps if s['do'] != 'recv')


# ---- how exact each time is -----------------------------------------------------------------------------------------
class Clock:
    """Gives every event of a kernel run its tolerance: 30 ms, or the granule of the timer that led there, or its cause's."""

    def __init__(self, view):
        self.view = view
        self.steps = steps_of(view.ex)
        self.faults = [(f['at'], TOL) for f in view.ex.get('faults', [])]
        events = [(p['t'], 1, 0, self.at_packet, p) for p in view.packets] + [(s['t'], 2, 0, self.at_state, s) for s in view.states]
        for rows in view.programs.values():
            for i, c in enumerate(rows):
                events.append((c['start'], 0, 2 * i, self.at_start, (i, c)))
                if c['end'] is not None:
                    events.append((c['end'], 0, 2 * i + 1, self.at_end, (i, c)))
        self.again, self.longest, self.short, self.probed = {}, {}, {}, {}   # conn -> is it sending again; longest, sum of short waits then; last probe
        self.mine, self.last_state = {}, {}      # (conn, side) -> its last packet with something to acknowledge; (side, socket) -> state, since
        self.sent, self.acts = {}, {'A': [], 'B': []}      # conn -> [(t, from, tol, arrives)]; side -> [(t, tol)]
        for t, _, _, visit, x in sorted(events, key=lambda e: e[:3]):
            visit(t, x)
        for rows in view.streams.values():
            for p in rows:
                p.setdefault('tol', p.get('first', {}).get('tol'))

    def recent(self, rows, t, span=CAUSE):
        return [tol for at, tol in rows[bisect.bisect_left(rows, (t - span, 0)):] if at <= t]

    def timer(self, conn, t, side):
        """A timer of this connection: its wait began with the last packet (while sending again: the last of this side that was more
        than an ACK), whose own tolerance goes on."""
        rows = self.sent.get(conn, [])
        if not rows:
            return TOL
        last, _, tol, _ = rows[-2 if t - rows[-1][0] < 0.001 and len(rows) > 1 else -1]
        drift = min(RTO_DRIFT * (2 * max(t - last, self.longest[conn]) + self.short[conn]), granule(120)) if self.again.get(conn) else 0
        since = self.mine.get((conn, side), last) if self.again.get(conn) else last
        return max(TOL, granule(t - since), tol, drift)

    def arrived(self, conn, side, t, span=CAUSE):
        return [tol for at, frm, tol, arrives in self.sent.get(conn, [])[-12:] if frm != side and arrives and 0 <= t - at - self.view.delay + 0.002 <= span]

    def at_packet(self, t, p):
        causes = [] if p['kind'] else self.recent(self.acts[p['from']], t) + self.arrived(p['conn'], p['from'], t, 0.065) + self.recent(self.faults, t)
        conn = p['conn']
        self.again[conn] = p['kind'] in ('retrans', 'window-probe')
        wait = t - self.sent[conn][-1][0] if conn in self.sent else 0
        self.longest[conn] = max(self.longest.get(conn, 0), wait) if self.again[conn] else 0
        self.short[conn] = self.short.get(conn, 0) + (wait if wait < 0.5 else 0) if self.again[conn] else 0
        p['tol'] = max(causes) if causes else self.timer(conn, t, p['from'])
        if p['kind'] == 'keepalive':
            p['tol'] = max(p['tol'], granule(t - self.probed.get((conn, p['from']), self.sent[conn][0][0])))
            self.probed[(conn, p['from'])] = t
        self.sent.setdefault(conn, []).append((t, p['from'], p['tol'], not p['dropped']))
        if p['kind'] or p['len'] or set('SF') & set(p['flags']):
            self.mine[(conn, p['from'])] = t

    def at_start(self, t, x):
        i, c = x
        steps, rows = self.steps.get(c['program'], []), self.view.programs[c['program']]
        step = steps[i] if i < len(steps) else {}
        anchored = 'at' in step and abs(t - step['at']) < 0.05
        c['tolStart'] = TOL if anchored or i == 0 else rows[i - 1].get('tolEnd', TOL)
        c['step'] = step
        self.acts[c['side']].append((t, c['tolStart']))

    def at_end(self, t, x):
        _, c = x
        if t - c['start'] < 0.030:
            c['tolEnd'] = c['tolStart']
        else:
            side = c['side']
            conns = [k for k in [self.view.conn_of(c) or self.opened_by(c)] if k in self.sent] or list(self.sent)
            causes = [tol for k in conns for tol in self.arrived(k, side, t)] + self.recent(self.faults, t)
            causes += self.recent(self.acts[side][:-1], t, 0.01) if c['call'] == 'accept' else []
            own = c['errno'] in ('EAGAIN', 'EINPROGRESS') or c['call'] in ('close', 'poll') or not conns      # the call's own timeout
            waits = [max(granule(t - c['start']), c['tolStart'])] if own else [self.timer(k, t, side) for k in conns]
            c['tolEnd'] = max(causes) if causes else max([TOL, *waits])
        bisect.insort(self.acts[c['side']], (t, c['tolEnd']))

    def opened_by(self, c):
        """The connection whose SYN followed the start of this connect()."""
        found = [name for ports, known in self.view.opened.items() for at, name in known if c['call'] == 'connect' and 0 <= at - c['start'] < 0.05]
        return found[0] if len(found) == 1 else None

    def at_state(self, t, s):
        conn, side = s['conn'], s['side']
        causes = [tol for at, _, tol, _ in self.sent.get(conn, [])[-6:] if t - at - self.view.delay <= CAUSE]
        causes += self.recent(self.acts[side], t) + self.recent(self.faults, t)
        before, since = self.last_state.get((side, s['sock']), (None, t))
        if s['state'] == 'GONE' and before in ('TIME_WAIT', 'FIN_WAIT_2'):      # ends by its own timer
            causes.append(granule(t - since))
        s['tol'] = max(causes) if causes else self.timer(conn, t, side)
        self.last_state[(side, s['sock'])] = (s['state'], t)


# ---- the comparison ---------------------------------------------------------------------------------------------------
class Judge:
    def __init__(self, kernel_traces):
        self.ex = kernel_traces[0]['experiment']
        self.duration = self.ex['durationS']
        self.runs = [View(t, self.ex) for t in kernel_traces]
        for v in self.runs:
            Clock(v)

    def judge(self, model_trace):
        """[(time, text)] of the differences, earliest first; empty if the model agrees."""
        self.found = []
        try:
            model = View(model_trace, self.ex)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            return [(0.0, f'the trace is not in the form of the contract: {e!r}')]
        self.streams(model)
        self.calls(model)
        self.states(model)
        return sorted(self.found)

    def differ(self, t, text):
        self.found.append((t, text))

    def in_time(self, what, t, times, extra=0.0):
        """times: [(kernel time, tolerance)]. All true times lie within one granule, wherever the kernel's runs fell in it."""
        tol = max(tol for _, tol in times)
        spread = tol * CHAIN if tol > TOL else 0.0
        first, last = min(at for at, _ in times), max(at for at, _ in times)
        lo, hi = min(first, last - spread) - TOL - extra, max(last, first + spread) + TOL + extra
        if not lo <= t <= hi:
            self.differ(min(t, first), f'{what} at {t:.3f} s, the kernel at {first:.3f}..{last:.3f} s (allowed {lo:.3f}..{hi:.3f})')

    def late(self, t, tol=0.0, wait=0.0):
        """So near the end of the run that another run may not show it; wait: how long the model had waited for it."""
        return t >= self.duration - max(0.06, tol * CHAIN, granule(wait) * CHAIN if wait else 0.0)

    # packets: every kernel run is a path through a graph whose nodes are "what has been sent so far"; the model must be a path too
    def streams(self, model):
        for key in sorted({k for v in self.runs + [model] for k in v.streams}):
            conn, side = key
            arp = conn == ''
            graph, ends = {}, set()      # node -> {ident: [(packet, next node)]}
            for v in self.runs:
                node = ('start',)
                for n, p in enumerate(v.streams.get(key, [])):
                    nxt = self.node(node, p, n, v.loose)
                    graph.setdefault(node, {}).setdefault(v.ident(key, p), []).append((p, nxt))
                    node = nxt
                ends.add(node)
            if arp and len({tuple(v.ident(key, p) for p in v.streams.get(key, [])) for v in self.runs}) > 1:
                continue      # the runs differ: ARP timing is random
            self.walk(model, key, graph, ends)

    @staticmethod
    def node(node, p, n, loose):
        if loose or p['flags'].startswith('ARP'):
            return (n + 1,)
        _, top, ack, others = node if len(node) == 4 else (0, -1, -1, ())
        end = (p['seq'] or 0) + p['len'] + ('F' in p['flags'])
        reset, syn = 'R' in p['flags'], 'S' in p['flags']
        if p['kind'] or reset or syn or (end <= top and (p['ack'] or 0) <= ack):      # brings nothing forward: counted by kind
            others = tuple(sorted([*others, (p['kind'] or ('R' if reset else 'S' if syn else 'again'), p['len'])]))
        return ('at', top if reset else max(top, end), max(ack, p['ack'] or 0), others)

    def walk(self, model, key, graph, ends):
        conn, side = key
        rows, node = model.streams.get(key, []), ('start',)
        for n, p in enumerate(rows):
            edges = graph.get(node, {}).get(model.ident(key, p))
            if not edges:
                if not self.late(p['t'], wait=p['t'] - rows[n - 1]['t'] if n else 0.0):
                    options = [q for e in graph.get(node, {}).values() for q, _ in e]
                    kernel = ' or '.join(sorted({describe(q) for q in options})) or 'nothing more'
                    when = f' at {min(q["t"] for q in options):.3f} s' if options else ''
                    self.differ(min([p['t']] + [q['t'] for q in options]), f'{side} {conn}, packet {n + 1}: the model sends {describe(p)} at {p["t"]:.3f} s, the kernel sends {kernel}{when}')
                return
            self.in_time(f'{side} {conn}, packet {n + 1}: the model sends {describe(p)}', p['t'], [(q['t'], q['tol']) for q, _ in edges])
            if p['span'] > 1:
                self.amount(f'{side} {conn}, packet {n + 1}', p['len'], [q['len'] for q, _ in edges], p['t'])
            node = edges[0][1]
        if node not in ends:
            options = [q for e in graph.get(node, {}).values() for q, _ in e]
            if not all(self.late(q['t'], q['tol']) for q in options):
                q = min(options, key=lambda q: q['t'])
                self.differ(q['t'], f'{side} {conn}, packet {len(rows) + 1}: the kernel sends {describe(q)} at {q["t"]:.3f} s, the model nothing more')

    def amount(self, what, n, kernel, t):
        slack = 0.25 if self.runs[0].loose else 0.0
        if not min(kernel) * (1 - slack) <= n <= max(kernel) * (1 + slack):
            self.differ(t, f'{what}: {n} bytes, the kernel {min(kernel)}..{max(kernel)}')

    def calls(self, model):
        names = {n for v in self.runs for n in v.programs}
        for name in sorted(names | set(model.programs)):
            rows, kernel = model.programs.get(name, []), [v.programs.get(name, []) for v in self.runs]
            for i, c in enumerate(rows):
                peers = [k[i] for k in kernel if i < len(k)]
                what = f'program {name}, call {i + 1} ({c["call"]} {c.get("on")})'
                if not peers:
                    if not self.late(c['start']):
                        self.differ(c['start'], f'{what}: the kernel\'s program makes no such call')
                    break
                same = [k for k in peers if self.same_call(c, k)]
                if not same:
                    ended = [k['end'] for k in peers if k['end'] is not None]
                    over = c['end'] is None or self.late(c['end'], wait=c['end'] - c['start'])
                    if not (over and all(k['end'] is None or self.late(k['end'], k['tolEnd']) for k in peers)):
                        self.differ(min([c['start'] if c['end'] is None else c['end'], *ended]), f'{what}: the model says {outcome(c)}, the kernel {" or ".join(sorted({outcome(k) for k in peers}))}')
                        break
                    continue
                self.in_time(f'{what} starts', c['start'], [(k['start'], k['tolStart']) for k in same])
                if c['end'] is not None:
                    self.in_time(f'{what} ends ({outcome(c)})', c['end'], [(k['end'], k['tolEnd']) for k in same])
            else:
                if kernel and all(len(k) > len(rows) for k in kernel):
                    k = min((k[len(rows)] for k in kernel), key=lambda k: k['start'])
                    if not self.late(k['start'], k['tolStart']):
                        self.differ(k['start'], f'program {name}, call {len(rows) + 1}: the kernel\'s program calls {k["call"]} {k["on"]} at {k["start"]:.3f} s, the model\'s makes no more calls')

    def same_call(self, c, k):
        if c['call'] != k['call'] or (c['end'] is None) != (k['end'] is None) or c.get('errno') != k['errno']:
            return False
        if c.get('on') != k['on'] or ('failed' in c and c['failed'] != k.get('failed')):
            return False
        if c['end'] is None or c.get('result') == k['result']:
            return True
        numbers = all(isinstance(x, int) and x > 0 for x in (c.get('result'), k['result']))
        if numbers and self.runs[0].loose and k['call'] in ('fill', 'send', 'recv', 'recvUntilEof'):
            return k['call'] == 'recv' or 0.75 * k['result'] <= c['result'] <= 1.25 * k['result']
        return False

    def states(self, model):
        for key in sorted({k for v in self.runs + [model] for k in v.sockets}):
            side, sock = key
            rows, fits = model.sockets.get(key, []), []
            for v in self.runs:
                pairs = self.align(rows, v.sockets.get(key, []))
                if pairs is not None:
                    fits.append(pairs)
            if not fits:
                m, k = [s['state'] for s in rows], [s['state'] for s in self.runs[0].sockets.get(key, [])]
                i = next((i for i, (x, y) in enumerate(zip(m, k)) if x != y), min(len(m), len(k)))
                at = [r[i]['t'] for r in (rows, self.runs[0].sockets.get(key, [])) if i < len(r)] or [self.duration]
                self.differ(min(at), f'socket {sock} of {side}: the model has {" > ".join(m) or "no such socket"}, the kernel {" > ".join(k) or "no such socket"}')
                continue
            for i, s in enumerate(rows):
                times = [(k['t'], k['tol']) for pairs in fits for j, k in pairs if j == i]
                if times:
                    self.in_time(f'socket {sock} of {side}: {s["state"]}', s['t'], times, POLL)

    def align(self, model, kernel):
        """Pairs (index in model, kernel state) in the same order; short states may be missing on either side."""
        def brief(rows, i, short):
            return i + 1 < len(rows) and rows[i + 1]['t'] - rows[i]['t'] < short

        def skip(rows, i, short):
            if brief(rows, i, short) or self.late(rows[i]['t'], rows[i].get('tol', 0), rows[i]['t'] - rows[i - 1]['t'] if i and 'tol' not in rows[i] else 0.0):
                return True
            # a socket that was there for a moment only may be missing with its GONE
            return rows[i]['state'] == 'GONE' and i > 0 and brief(rows, i - 1, short) and (i == 1 or rows[i - 2]['state'] == 'GONE')
        best = {(len(model), len(kernel)): []}
        for i in range(len(model), -1, -1):
            for j in range(len(kernel), -1, -1):
                options = []
                if i < len(model) and j < len(kernel) and model[i]['state'] == kernel[j]['state'] and best.get((i + 1, j + 1)) is not None:
                    options.append([(i, kernel[j]), *best[(i + 1, j + 1)]])
                if i < len(model) and skip(model, i, SHORT_MODEL) and best.get((i + 1, j)) is not None:
                    options.append(best[(i + 1, j)])
                if j < len(kernel) and skip(kernel, j, SHORT_KERNEL) and best.get((i, j + 1)) is not None:
                    options.append(best[(i, j + 1)])
                if options:
                    best[(i, j)] = max(options, key=len)
        return best.get((0, 0))


def describe(p):
    text = f"{p['flags']} seq {p['seq']} ack {p['ack']} len {p['len']}"
    return text + (' in %d segments' % p['span'] if p['span'] > 1 else '') + (f" ({p['kind']})" if p['kind'] else '') + (f" lost by {p['dropped']}" if p['dropped'] else '')


def outcome(c):
    if c['end'] is None:
        return 'never returns'
    return f"{c['errno']}" + (f" in {c['failed']}" if c.get('failed') else '') if c['errno'] else str(c['result'])


# ---- batch ----------------------------------------------------------------------------------------------------------------
def load(path):
    with open(path) as f:
        return json.load(f)


def family(name):
    return name.split('-')[0]


def judge_one(name, traces, get_model):
    """(name, verdict, differences); verdict: agree, differ, failed, no trace"""
    paths = sorted(glob.glob(os.path.join(traces, f'{glob.escape(name)}.[0-9]*.json')))
    if not paths:
        return name, 'no trace', []
    try:
        model = get_model(name)
    except (OSError, ValueError, subprocess.SubprocessError) as e:
        return name, 'failed', [(0.0, str(e)[:300])]
    found = Judge([load(p) for p in paths]).judge(model)
    return name, 'differ' if found else 'agree', found


def run_command(command, path):
    argv = [path if a == 'FILE' else a for a in shlex.split(command)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise subprocess.SubprocessError(f'exit code {done.returncode}: {done.stderr.strip()[-200:]}')
    return json.loads(done.stdout)


def batch(a):
    names = sorted(os.path.basename(p)[:-5] for p in glob.glob(os.path.join(a.batch, '*.json')))
    names = [n for n in names if n.startswith(a.only)]
    if a.command:
        get = lambda n: run_command(a.command, os.path.join(a.batch, n + '.json'))
    else:
        get = lambda n: load(os.path.join(a.models, n + '.json'))
    totals = {}
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for name, verdict, found in pool.map(lambda n: judge_one(n, a.traces, get), names):
            totals.setdefault(family(name), []).append(verdict)
            print(f'{verdict:8} {name}' + ''.join(f'\n           {text}' for _, text in (found if a.verbose else found[:1])))
    print()
    every = [v for vs in totals.values() for v in vs]
    for fam, vs in sorted(totals.items()) + [('all', every)]:
        print(f'{fam:12} {vs.count("agree"):4} of {len(vs):4} agree' + ''.join(f', {vs.count(w)} {w}' for w in ('failed', 'no trace') if w in vs))
    return 0 if all(v == 'agree' for v in every) else 1


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('kernel', nargs='*')
    ap.add_argument('--model')
    ap.add_argument('--batch')
    ap.add_argument('--traces', default='traces')
    ap.add_argument('--command')
    ap.add_argument('--models')
    ap.add_argument('--only', default='')
    ap.add_argument('--jobs', type=int, default=2)
    ap.add_argument('--verbose', action='store_true')
    a = ap.parse_args()
    if a.batch and (a.command or a.models):
        return batch(a)
    if not (a.kernel and a.model):
        ap.print_usage()
        return 2
    try:
        found = Judge([load(p) for p in a.kernel]).judge(load(a.model))
    except (OSError, ValueError, KeyError) as e:
        print(e)
        return 2
    name = load(a.kernel[0])['experiment']['name']
    print(f'{"differ" if found else "agree"}   {name}' + ''.join(f'\n         {text}' for _, text in (found if a.verbose else found[:1])))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
