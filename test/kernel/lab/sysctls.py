#!/usr/bin/env python3
"""What this machine's kernel takes as values of the sysctls that the model reads, tried one by one in a network namespace of its own.

  python3 sysctls.py > ../sysctl-measured.json        (root)

`taken`: sysctl -> the whole numbers that writing them gives back. `texts`: [sysctl, text, what it reads back as, null where the write fails].
"""
import ctypes
import json
import os
import sys

NUMBERS = [-2147483649, -2147483648, -8589935, -8589934, -1000, -2, -1, 0, 1, 2, 3, 4, 5, 8, 9, 31, 32, 48, 100, 127, 128, 255, 256, 300, 301, 999, 1000, 1001, 32767,
           60000, 60001, 65535, 65536, 119999, 120000, 120001, 8589934, 8589935, 2147483646, 2147483647, 2147483648]
SINGLE = '''tcp_syn_retries tcp_syn_linear_timeouts tcp_synack_retries tcp_syncookies tcp_max_syn_backlog tcp_abort_on_overflow tcp_retries1 tcp_retries2 tcp_orphan_retries
tcp_rto_min_us tcp_rto_max_ms tcp_early_retrans tcp_recovery tcp_reordering tcp_frto tcp_retrans_collapse tcp_thin_linear_timeouts tcp_timestamps tcp_sack tcp_dsack
tcp_window_scaling tcp_keepalive_time tcp_keepalive_intvl tcp_keepalive_probes tcp_fin_timeout tcp_tw_reuse tcp_tw_reuse_delay tcp_max_tw_buckets tcp_rfc1337 tcp_moderate_rcvbuf
tcp_slow_start_after_idle tcp_autocorking tcp_pingpong_thresh tcp_tso_rtt_log'''.split()
TEXTS = {
    'net.ipv4.ip_local_port_range': ['40000 40003', '40003 40000', '0 100', '500 65535', '1024 65535', '1024 65536', '40000', '40000 40000', '1 2 3', 'a b', '40000,40001', '40000 x'],
    'net.ipv4.tcp_rmem': ['1 2 3', '4096 131072', '0 1 2', '4096 2 1', '4096', '-1 5 6', '4096 131072 99999999999', '1 2 3 4', '4096 x', '4096 131072x'],
    'net.ipv4.tcp_wmem': ['1 2 3', '0 2 3'],
    'net.ipv4.tcp_retries2': ['x', '5x', '5 6', '0x10', '010', '+5', ' 5', '5.5', '1e1', '5 x', '0x', '00', '-0', '9999999999999999999999', '08'],
    'net.ipv4.tcp_keepalive_time': ['10 20', '-5', '5 x', '5x', '-0x10'],
}


def path(name):
    return '/proc/sys/' + name.replace('.', '/')


def written(name, text):
    """What the sysctl reads as after the write, None if the write fails; the old value is put back."""
    with open(path(name)) as f:
        old = f.read()
    try:
        with open(path(name), 'w') as f:
            f.write(text + '\n')
        with open(path(name)) as f:
            return ' '.join(f.read().split())
    except OSError:
        return None
    finally:
        with open(path(name), 'w') as f:
            f.write(old)


def main():
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
        sys.exit('needs root')
    names = ['net.ipv4.' + n for n in SINGLE] + ['net.core.somaxconn']
    taken = {n: [v for v in NUMBERS if written(n, str(v)) == str(v)] for n in names}
    defaults = {n: ' '.join(open(path(n)).read().split()) for n in names + list(TEXTS)}
    texts = [[n, t, written(n, t)] for n, ts in TEXTS.items() for t in ts]
    out = {'kernel': os.uname().release.split('-')[0], 'hz': 250, 'numbers': NUMBERS, 'defaults': defaults, 'taken': taken, 'texts': texts}
    body = ',\n'.join(f' {json.dumps(k)}: ' + ('{\n  ' + ',\n  '.join(f'{json.dumps(a)}: {json.dumps(b)}' for a, b in v.items()) + '\n }' if isinstance(v, dict) else json.dumps(v)) for k, v in out.items())
    print('{\n' + body + '\n}')


if __name__ == '__main__':
    main()
