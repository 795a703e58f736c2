"""Services that fail: how each is built and started, what its other sides do, when the wire is cut and when to look."""
import signal
import time

from symptom_peers import answer_and_close, answer_and_read, customers, greet_and_close, never_answer, never_read, serve, talk_and_close


def answer(text, then):
    """One answer to whatever is asked, then 'close' or 'stay'."""
    def behave(c):
        c.recv(4096)
        c.sendall(text)
        if then == 'close':
            time.sleep(0.5)
            c.close()
        else:
            while c.recv(4096):
                pass
            time.sleep(3600)
    return behave


def status(code, length, then):
    return answer(b'HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n' % (code, length) + b'x' * length, then)


def okj(length, then):
    return status(200, length, then)


def jsonok(then):
    return answer(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', then)


def quiet(c):
    """Takes everything, says nothing, and does not close when we do."""
    try:
        never_answer(c)
    except OSError:
        time.sleep(3600)


def again(says, every=None):
    """Says the same to whatever is asked, or ever so often."""
    def behave(c):
        try:
            while every or c.recv(65536):
                c.sendall(says)
                time.sleep(every or 0)
        except OSError:
            pass
    return behave


talk = again(b'ACME 12.5\n', 0.5)
loadlines = again(b'+OK\r\n')
err = again(b'-ERR no\r\n')


def pop(c):
    """A mail box that hangs after the password."""
    c.sendall(b'+OK\r\n')
    for _ in range(2):
        c.recv(100)
        c.sendall(b'+OK\r\n')
    time.sleep(3600)


def get(path):
    return b'GET %s HTTP/1.1\r\nHost: h\r\n\r\n' % path


SERVICES = {
    'stockfeed-1': dict(name='stockfeed', cmd=['python3', 'stockfeed.py'], servers=[serve(7101, talk_and_close)], look=[4, 7]),
    'stockfeed-cut': dict(
        name='stockfeed', cmd=['python3', 'stockfeed.py', '--heartbeat', '1'], servers=[serve(7101, quiet)], cut=3.5, look=[6],
        ends=22, after=1,
    ),
    'configd-1': dict(
        name='configd', cmd=['python3', 'configd.py'], servers=[serve(7112, quiet)],
        callers=[customers(7111, 4, b'GET colour\n', 0.5)], look=[4, 5],
    ),
    'configd-cut': dict(
        name='configd', cmd=['python3', 'configd.py'], servers=[serve(7112, quiet)],
        callers=[customers(7111, 2, b'GET colour\n', 3600)], cut=4, look=[7], ends=22, after=1,
    ),
    'asyncgw-1': dict(
        name='asyncgw', cmd=['python3', '-m', 'gateway'], servers=[serve(7122, answer_and_close), serve(7123, quiet)],
        callers=[customers(7121, 3, b'hello', 3600)], look=[6],
    ),
    'asyncgw-cut': dict(
        name='asyncgw', cmd=['python3', '-m', 'gateway'], servers=[serve(7122, talk), serve(7123, quiet)],
        callers=[customers(7121, 2, b'hello', 3600)], cut=4, look=[6], ends=22, after=1,
    ),
    'webhooks-1': dict(
        name='webhooks', cmd=['python3', 'deliver.py'], servers=[serve(7131, status(503, 5, 'close')), serve(7132, okj(20, 'stay'))],
        look=[5],
    ),
    'jobsd-1': dict(
        name='jobsd', cmd=['python3', 'jobsd.py'], servers=[serve(7142, status(503, 5, 'close'))],
        callers=[customers(7141, 4, b'wait 9\n', 0.5)], look=[4, 6],
    ),
    'tcpforward-1': dict(
        name='tcpforward', cmd=['python3', 'tcpforward.py'], servers=[serve(7153, answer_and_close), serve(7154, never_answer)],
        callers=[customers(7151, 3, b'hi', 3600), customers(7152, 2, b'hi', 0.5)], look=[6],
    ),
    'healthpoll-1': dict(
        name='healthpoll', cmd=['python3', 'healthpoll.py'], servers=[serve(7161, answer(b'BUSY', 'close')), serve(7162, quiet)],
        look=[4], ends=16, after=1,
    ),
    'rpcpool-cut': dict(name='rpcpool', cmd=['python3', 'rpcpool.py'], servers=[serve(7171, quiet)], cut=3.5, look=[7], ends=22, after=2),
    'telemetry-1': dict(
        name='telemetry', cmd=['python3', 'telemetry.py'], servers=[serve(7181, quiet)], callers=[customers(7182, 4, b'21.5', 0.7)],
        look=[5],
    ),
    'telemetry-cut': dict(
        name='telemetry', cmd=['python3', 'telemetry.py'], servers=[serve(7181, quiet)], callers=[customers(7182, 1, b'21.5', 3600)],
        cut=5, look=[6.5], ends=25, after=1,
    ),
    'mailcheck-1': dict(
        name='mailcheck', cmd=['python3', 'mailcheck.py'], servers=[serve(7191, pop), serve(7192, okj(90, 'close'))], look=[6],
    ),
    'collector-1': dict(
        name='collector', build=['gcc -g -o collector collector.c'], cmd=['./collector'], servers=[],
        callers=[customers(7201, 4, b'20', 0.6)], look=[4, 5],
    ),
    'echod-1': dict(
        name='echod', build=['gcc -g -o echod echod.c'], cmd=['./echod'], servers=[], callers=[customers(7211, 4, b'20', 0.6)],
        look=[5],
    ),
    'pollproxy-1': dict(
        name='pollproxy', build=['gcc -g -o pollproxy pollproxy.c'], cmd=['./pollproxy'], servers=[serve(7222, answer_and_close)],
        callers=[customers(7221, 3, b'20', 3600)], look=[5],
    ),
    'pollproxy-2': dict(
        name='pollproxy', build=['gcc -g -o pollproxy pollproxy.c'], cmd=['./pollproxy'], servers=[serve(7222, never_answer)],
        callers=[customers(7221, 3, b'20', 0.6)], look=[5],
    ),
    'epolld-1': dict(
        name='epolld', build=['gcc -g -o epolld main.c conn.c'], cmd=['./epolld'], servers=[serve(7232, quiet)],
        callers=[customers(7231, 4, b'20', 0.6)], look=[5],
    ),
    'cacheget-cut': dict(
        name='cacheget', build=['gcc -g -o cacheget cacheget.c -pthread'], cmd=['./cacheget'], servers=[serve(7241, quiet)], cut=3,
        look=[6], ends=22, after=1,
    ),
    'cacheget-slow': dict(
        name='cacheget', build=['gcc -g -o cacheget cacheget.c -pthread'], cmd=['./cacheget'],
        servers=[serve(7241, answer(b'STORED\r\n', 'close'))], look=[1.7], gdb=True,
    ),
    'chatrelay-1': dict(
        name='chatrelay', cmd=['node', 'server.js'], servers=[serve(7302, quiet)], callers=[customers(7301, 4, b'hi', 0.6)],
        look=[5],
    ),
    'chatrelay-cut': dict(
        name='chatrelay', cmd=['node', 'server.js'], servers=[serve(7302, quiet)], callers=[customers(7301, 3, b'hi', 3600)], cut=3,
        look=[6], ends=20, after=1,
    ),
    'apisync-1': dict(
        name='apisync', cmd=['node', 'sync.mjs'],
        servers=[serve(7311, status(429, 12, 'stay')), serve(7312, status(500, 900000, 'stay'))], look=[6],
    ),
    'apisync-cut': dict(
        name='apisync', cmd=['node', 'sync.mjs'], servers=[serve(7311, quiet), serve(7312, quiet)], cut=3, look=[6], ends=22,
        after=1,
    ),
    'tlsdial-1': dict(
        name='tlsdial', cmd=['node', 'index.js'], servers=[serve(7321, quiet)], callers=[customers(7322, 3, get(b'/health'), 3600)], cut=6,
        look=[5],
    ),
    'queueworker-1': dict(name='queueworker', cmd=['node', 'worker.mjs'], servers=[serve(7331, talk_and_close)], look=[5, 7.5]),
    'queueworker-cut': dict(
        name='queueworker', cmd=['node', 'worker.mjs'], env={'QUEUE_HEARTBEAT':'800'}, servers=[serve(7331, quiet)], cut=3.5,
        look=[6], ends=22, after=1,
    ),
    'staticweb-1': dict(
        name='staticweb', cmd=['node', 'web.js'], servers=[serve(7342, quiet)],
        callers=[customers(7341, 3, b'GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n', 3600)], look=[5],
    ),
    'gofetch-1': dict(
        name='gofetch', build=['go build -o gofetch .'], cmd=['./gofetch'],
        servers=[serve(7401, status(502, 9000, 'stay')), serve(7402, talk_and_close)], look=[4, 6], dump=signal.SIGQUIT,
    ),
    'gofetch-cut': dict(
        name='gofetch', build=['go build -o gofetch .'], cmd=['./gofetch'], servers=[serve(7401, quiet), serve(7402, quiet)], cut=3,
        look=[6], ends=22, after=1,
    ),
    'gochat-1': dict(
        name='gochat', build=['go build -o gochat .'], cmd=['./gochat'], servers=[], callers=[customers(7411, 4, b'hi\n', 0.6)],
        look=[5],
    ),
    'gopool-1': dict(name='gopool', build=['go build -o gopool .'], cmd=['./gopool'], servers=[serve(7421, never_read)], look=[5]),
    'gopool-cut': dict(
        name='gopool', build=['go build -o gopool .'], cmd=['./gopool'], servers=[serve(7421, quiet)], cut=3, look=[6], ends=22,
        after=1,
    ),
    'gotunnel-1': dict(
        name='gotunnel', build=['go build -o tunnel ./cmd/tunnel'], cmd=['./tunnel'], servers=[serve(7432, answer_and_close)],
        callers=[customers(7431, 3, b'hi\n', 3600)], look=[6],
    ),
    'gotunnel-2': dict(
        name='gotunnel', build=['go build -o tunnel ./cmd/tunnel'], cmd=['./tunnel'], servers=[serve(7432, never_answer)],
        callers=[customers(7431, 3, b'hi\n', 0.6)], look=[6], dump=signal.SIGQUIT,
    ),
    'goscan-1': dict(
        name='goscan', build=['go build -o goscan .'], cmd=['./goscan'], servers=[serve(7442, talk_and_close)], look=[4], ends=20,
        after=1,
    ),
    'goscan-cut': dict(
        name='goscan', build=['go build -o goscan .'], cmd=['./goscan'], servers=[serve(7442, quiet)], cut=2, look=[4], ends=20,
        after=1,
    ),
    'ticketd-1': dict(
        name='ticketd', build=['javac -d classes src/tickets/*.java'], cmd=['java', '-cp', 'classes', 'tickets.TicketServer'],
        servers=[serve(7452, never_read), serve(7453, okj(80, 'close'))], callers=[customers(7451, 3, b't1\n', 1.0)], callafter=3,
        look=[7], jstack=True,
    ),
    'ircbot-1': dict(name='ircbot', cmd=['python3', 'bot.py'], servers=[serve(8101, quiet)], cut=2, look=[5]),
    'sensorhub-1': dict(
        name='sensorhub', cmd=['python3', 'hub.py'], servers=[serve(8112, okj(300000, 'stay'))],
        callers=[customers(8111, 3, b'21.0\n', 0.6)], look=[5],
    ),
    'dbproxy-1': dict(
        name='dbproxy', cmd=['python3', 'dbproxy.py'], servers=[serve(8122, answer_and_close)],
        callers=[customers(8121, 3, b'q\n', 3600)], look=[5],
    ),
    'dbproxy-2': dict(
        name='dbproxy', cmd=['python3', 'dbproxy.py'], servers=[serve(8122, never_answer)],
        callers=[customers(8121, 3, b'q\n', 0.6)], look=[5],
    ),
    'imgfetch-1': dict(
        name='imgfetch', cmd=['python3', 'imgfetch.py'],
        servers=[serve(8131, status(404, 9000, 'close')), serve(8132, okj(2, 'stay'))], look=[5],
    ),
    'ftpish-1': dict(name='ftpish', cmd=['python3', 'server.py'], servers=[], callers=[customers(8141, 3, b'NOOP\r\n', 0.6)], look=[5]),
    'ftpish-2': dict(
        name='ftpish', cmd=['python3', 'server.py'], servers=[],
        callers=[customers(8141, 2, b'LIST\r\n', 3600), customers(8142, 1, b'', 0.7)], look=[5],
    ),
    'webchk-1': dict(
        name='webchk', cmd=['python3', 'webchk.py'],
        servers=[serve(8151, status(500, 3, 'close')), serve(8152, okj(0, 'stay')), serve(8153, talk_and_close)], look=[4, 6],
    ),
    'cachesrv-1': dict(
        name='cachesrv', cmd=['python3', 'cachesrv.py'], servers=[serve(8162, quiet)],
        callers=[customers(8161, 4, b'SET a b\r\n', 0.6)], look=[5],
    ),
    'cachesrv-cut': dict(
        name='cachesrv', cmd=['python3', 'cachesrv.py'], servers=[serve(8162, quiet)],
        callers=[customers(8161, 2, b'SET a b\r\n', 3600)], cut=4, look=[7], ends=20, after=1,
    ),
    'busclient-1': dict(
        name='busclient', cmd=['python3', 'busclient.py'], servers=[serve(8171, answer(b'GO AWAY\n', 'close'))], look=[4, 6],
    ),
    'mudd-1': dict(
        name='mudd', build=['gcc -g -o mudd mudd.c'], cmd=['./mudd'], servers=[], callers=[customers(8201, 4, b'hi\n', 0.6)],
        look=[5], gdb=True,
    ),
    'mudd-cut': dict(
        name='mudd', build=['gcc -g -o mudd mudd.c'], cmd=['./mudd'], servers=[], callers=[customers(8201, 4, b'hi\n', 3600)],
        cut=2.9, look=[6], ends=20,
    ),
    'logdrain-cut': dict(
        name='logdrain', build=['gcc -g -o logdrain logdrain.c'], cmd=['./logdrain'],
        servers=[serve(8211, quiet), serve(8212, quiet)], cut=2.5, look=[4.8], ends=22, after=1,
    ),
    'logdrain-slow': dict(
        name='logdrain', build=['gcc -g -o logdrain logdrain.c'], cmd=['./logdrain'],
        servers=[serve(8211, answer_and_close), serve(8212, answer_and_close)], look=[1.4], ends=5,
    ),
    'tinyhttpd-1': dict(
        name='tinyhttpd', build=['gcc -g -o tinyhttpd tinyhttpd.c -pthread'], cmd=['./tinyhttpd'], servers=[],
        callers=[customers(8221, 4, b'POST / HTTP/1.1\r\nHost: h\r\n\r\n', 0.6)], look=[5],
    ),
    'chatc-1': dict(
        name='chatc', build=['gcc -g -o chatc chatc.c'], cmd=['./chatc'], servers=[serve(8231, quiet), serve(8232, talk_and_close)],
        look=[5],
    ),
    'chatc-cut': dict(
        name='chatc', build=['gcc -g -o chatc chatc.c'], cmd=['./chatc'], servers=[serve(8231, quiet), serve(8232, quiet)], cut=3,
        look=[7], ends=22, after=1,
    ),
    'notifyd-1': dict(
        name='notifyd', cmd=['node', 'notifyd.js'], servers=[serve(8302, quiet)], callers=[customers(8301, 4, b'hi\n', 0.6)],
        look=[5],
    ),
    'notifyd-cut': dict(
        name='notifyd', cmd=['node', 'notifyd.js'], servers=[serve(8302, quiet)], callers=[customers(8301, 2, b'hi\n', 3600)], cut=4,
        look=[5.5], ends=25,
    ),
    'uplink-1': dict(
        name='uplink', cmd=['node', 'src/index.js'], servers=[serve(8311, quiet), serve(8312, never_read)],
        callers=[customers(8313, 3, get(b'/stations'), 3600)], look=[5],
    ),
    'uplink-cut': dict(
        name='uplink', cmd=['node', 'src/index.js'], servers=[serve(8311, quiet), serve(8312, quiet)], cut=3, look=[6], ends=22,
    ),
    'webapi-1': dict(
        name='webapi', cmd=['node', 'app.js'], servers=[serve(8322, status(503, 7, 'stay'))],
        callers=[customers(8321, 3, get(b'/convert'), 3600)], look=[5],
    ),
    'pushd-slow': dict(name='pushd', cmd=['node', 'pushd.mjs'], servers=[serve(8331, never_read), serve(8332, never_read)], look=[6]),
    'pushd-cut': dict(
        name='pushd', cmd=['node', 'pushd.mjs'], servers=[serve(8331, quiet), serve(8332, quiet)], cut=3, look=[6], ends=22,
    ),
    'redisish-1': dict(name='redisish', build=['go build -o redisish .'], cmd=['./redisish'], servers=[serve(8401, err)], look=[4, 6]),
    'redisish-cut': dict(
        name='redisish', build=['go build -o redisish .'], cmd=['./redisish'], servers=[serve(8401, loadlines)], cut=3, look=[6],
        ends=22, after=1,
    ),
    'metricsd-1': dict(
        name='metricsd', build=['go build -o metricsd .'], cmd=['./metricsd'], servers=[serve(8413, okj(9000, 'stay'))],
        callers=[customers(8412, 3, b'a\n', 0.6), customers(8411, 2, get(b'/metrics?follow=1'), 0.9)], look=[6], dump=signal.SIGQUIT,
    ),
    'kvstore-1': dict(
        name='kvstore', build=['go build -o kvstore .'], cmd=['./kvstore'], servers=[serve(8422, quiet)],
        callers=[customers(8421, 3, b'set a b\n', 0.6)], look=[5],
    ),
    'kvstore-cut': dict(
        name='kvstore', build=['go build -o kvstore .'], cmd=['./kvstore'], servers=[serve(8422, quiet)],
        callers=[customers(8421, 2, b'set a b\n', 3600)], cut=4, look=[7], ends=22, after=1,
    ),
    'lbal-1': dict(
        name='lbal', build=['go build -o lbal .'], cmd=['./lbal'],
        servers=[serve(8432, never_answer), serve(8433, answer_and_close)], callers=[customers(8431, 4, b'a\n', 3600)], look=[6],
    ),
    'fanout-1': dict(
        name='fanout', build=['go build -o fanout .'], cmd=['./fanout'],
        servers=[serve(8441, okj(9000, 'stay')), serve(8442, status(500, 9000, 'close'))], look=[5],
    ),
    'ledgerd-1': dict(
        name='ledgerd', build=['javac Ledgerd.java'], cmd=['java', 'Ledgerd'], servers=[serve(8502, quiet)],
        callers=[customers(8501, 3, b'a 1\n', 1.0)], callafter=3, look=[7], jstack=True,
    ),
    'ledgerd-cut': dict(
        name='ledgerd', build=['javac Ledgerd.java'], cmd=['java', 'Ledgerd'], servers=[serve(8502, quiet)],
        callers=[customers(8501, 2, b'a 1\n', 3600)], callafter=3, cut=4.1, look=[7], ends=22,
    ),
    'notes-1': dict(
        name='notes', cmd=['python3', 'notes.py'], servers=[serve(8802, status(503, 5, 'close'))],
        callers=[customers(8801, 3, b'POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi', 0.8)], look=[5],
    ),
    'notes-2': dict(
        name='notes', cmd=['python3', 'notes.py'], servers=[serve(8802, quiet)],
        callers=[customers(8801, 3, b'POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi', 0.8)], look=[5],
    ),
    'ticker-1': dict(name='ticker', cmd=['python3', 'ticker.py'], servers=[serve(8811, talk_and_close), serve(8812, talk)], look=[5]),
    'ticker-cut': dict(name='ticker', cmd=['python3', 'ticker.py'], servers=[serve(8811, quiet), serve(8812, quiet)], cut=2, look=[5]),
    'orders-1': dict(
        name='orders', cmd=['python3', 'orders.py'], servers=[serve(8822, answer(b'NO\n', 'close'))],
        callers=[customers(8821, 3, b'{}\n', 0.7)], look=[5],
    ),
    'orders-2': dict(
        name='orders', cmd=['python3', 'orders.py'], servers=[serve(8822, quiet)], callers=[customers(8821, 3, b'{}\n', 3600)],
        look=[5],
    ),
    'scraper-1': dict(
        name='scraper', cmd=['python3', 'scraper.py'],
        servers=[serve(8831, status(404, 5000, 'close')), serve(8832, okj(20, 'stay')), serve(8833, okj(2, 'stay'))], look=[5],
    ),
    'rpcserv-1': dict(name='rpcserv', cmd=['python3', 'rpcserv.py'], servers=[], callers=[customers(8841, 4, b'x', 0.6)], look=[5]),
    'tailer-cut': dict(
        name='tailer', build=['gcc -g -o tailer tailer.c'], cmd=['./tailer', 'f'], servers=[serve(8851, loadlines)], cut=3, look=[6],
        ends=22,
    ),
    'tailer-1': dict(
        name='tailer', build=['gcc -g -o tailer tailer.c'], cmd=['./tailer', 'f'], servers=[serve(8851, answer_and_close)],
        look=[4, 6],
    ),
    'dbpool-1': dict(
        name='dbpool', build=['gcc -g -o dbpool main.c pool.c'], cmd=['./dbpool'], servers=[serve(8861, answer(b'-no\n', 'close'))],
        look=[4, 6],
    ),
    'gauge-1': dict(
        name='gauge', build=['gcc -g -o gauge gauge.c -pthread'], cmd=['./gauge'], servers=[],
        callers=[customers(8871, 4, b'x', 0.6)], look=[5],
    ),
    'relay-1': dict(
        name='relay', cmd=['node', 'relay.js'], servers=[serve(8882, answer_and_close)], callers=[customers(8881, 3, b'x', 3600)],
        look=[5],
    ),
    'relay-2': dict(
        name='relay', cmd=['node', 'relay.js'], servers=[serve(8882, never_answer)], callers=[customers(8881, 3, b'x', 0.7)],
        look=[5],
    ),
    'iot-1': dict(
        name='iot', cmd=['node', 'iot.js'], servers=[serve(8892, quiet)], callers=[customers(8891, 3, b'x', 0.7)], look=[5],
    ),
    'iot-cut': dict(
        name='iot', cmd=['node', 'iot.js'], servers=[serve(8892, quiet)], callers=[customers(8891, 2, b'x', 3600)], cut=2.85,
        look=[5], ends=22,
    ),
    'feedback-1': dict(
        name='feedback', cmd=['node', 'src/server.mjs'], servers=[serve(8902, status(500, 900000, 'stay'))],
        callers=[customers(8901, 3, b'POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi', 3600)], look=[5],
    ),
    'quota-1': dict(
        name='quota', build=['go build -o quota .'], cmd=['./quota'], servers=[serve(8912, status(304, 0, 'close'))],
        callers=[customers(8911, 3, get(b'/?user=a'), 0.7)], look=[5],
    ),
    'quota-2': dict(
        name='quota', build=['go build -o quota .'], cmd=['./quota'], servers=[serve(8912, okj(900000, 'stay'))],
        callers=[customers(8911, 2, get(b'/?user=a'), 3600)], look=[5],
    ),
    'session-cut': dict(
        name='session', build=['go build -o session .'], cmd=['./session'], servers=[serve(8921, quiet)], cut=3, look=[6], ends=22,
    ),
    'bank-1': dict(
        name='bank', build=['go build -o bank .'], cmd=['./bank'], servers=[serve(8932, quiet)],
        callers=[customers(8931, 3, b'x', 3600)], look=[5],
    ),
    'bank-cut': dict(
        name='bank', build=['go build -o bank .'], cmd=['./bank'], servers=[serve(8932, quiet)], callers=[], cut=3, look=[6],
        ends=22,
    ),
    'wx-1': dict(name='wx', cmd=['python3', '-m', 'wx'], servers=[serve(9001, answer(b'?\n', 'close'))], look=[4, 6]),
    'timesrv-1': dict(
        name='timesrv', cmd=['python3', '-u', 'timesrv.py'], servers=[], callers=[customers(9011, 4, b'time\n', 0.6)], look=[5],
    ),
    'mailq-1': dict(
        name='mailq', cmd=['python3', 'mailq.py'], servers=[serve(9021, greet_and_close)], callers=[customers(9022, 3, b'', 0.7)],
        look=[5],
    ),
    'fwd-1': dict(
        name='fwd', build=['gcc -g -o fwd fwd.c'], cmd=['./fwd'], servers=[serve(9032, answer_and_close)],
        callers=[customers(9031, 3, b'x\n', 3600)], look=[5],
    ),
    'vote-1': dict(
        name='vote', build=['gcc -g -o vote vote.c'], cmd=['./vote'],
        servers=[serve(9041, quiet), serve(9042, answer_and_close), serve(9043, never_read)], look=[5],
    ),
    'vote-cut': dict(
        name='vote', build=['gcc -g -o vote vote.c'], cmd=['./vote'], servers=[serve(9041, quiet), serve(9042, quiet)], cut=2.5,
        look=[5], ends=22,
    ),
    'hb-1': dict(
        name='hb', cmd=['node', 'hb.js'], servers=[serve(9051, quiet), serve(9052, quiet)],
        callers=[customers(9053, 3, get(b'/wait'), 3600)], cut=4, look=[6], ends=20,
    ),
    'blog-1': dict(
        name='blog', cmd=['node', 'src/app.js'], servers=[serve(9062, status(500, 9, 'stay'))],
        callers=[customers(9061, 3, get(b'/?q=tea'), 3600)], look=[5],
    ),
    'cam-1': dict(
        name='cam', build=['go build -o cam .'], cmd=['./cam'], servers=[serve(9072, talk), serve(9073, talk_and_close)],
        callers=[customers(9071, 2, get(b'/view'), 3600)], look=[5],
    ),
    'cam-cut': dict(
        name='cam', build=['go build -o cam .'], cmd=['./cam'], servers=[serve(9072, quiet), serve(9073, quiet)], cut=3, look=[5],
        ends=30,
    ),
    'kitchen-1': dict(
        name='kitchen', build=['go build -o kitchen ./cmd/kitchen'], cmd=['./kitchen'], servers=[serve(9082, quiet)],
        callers=[customers(9081, 3, b'soup\n', 0.7)], look=[5],
    ),
    'kitchen-cut': dict(
        name='kitchen', build=['go build -o kitchen ./cmd/kitchen'], cmd=['./kitchen'], servers=[serve(9082, quiet)],
        callers=[customers(9081, 2, b'soup\n', 3600)], cut=2.95, look=[6], ends=22,
    ),
    'leaky-1': dict(name='leaky', cmd=['python3', 'leaky.py'], servers=[serve(9101, answer_and_close)], look=[3, 5]),
    'deadping-cut': dict(name='deadping', cmd=['python3', 'deadping.py'], servers=[serve(9111, quiet)], cut=2, look=[5], ends=20),
    'slowup-1': dict(name='slowup', cmd=['python3', 'upload.py'], servers=[serve(9121, never_read)], look=[5]),
    'slowup-cut': dict(name='slowup', cmd=['python3', 'upload.py'], servers=[serve(9121, never_read)], cut=3, look=[8], ends=60),
    'hold-1': dict(name='hold', cmd=['python3', 'hold.py'], servers=[], callers=[customers(9131, 4, b'me\n', 0.6)], look=[5]),
    'cexit-cut': dict(
        name='cexit', build=['gcc -g -o cexit cexit.c'], cmd=['./cexit'], servers=[serve(9141, loadlines)], cut=3.3, look=[6],
        ends=20,
    ),
    'cexit-1': dict(name='cexit', build=['gcc -g -o cexit cexit.c'], cmd=['./cexit'], servers=[serve(9141, never_answer)], look=[3]),
    'cwait-1': dict(
        name='cwait', build=['gcc -g -o cwait cwait.c -pthread'], cmd=['./cwait'], servers=[],
        callers=[customers(9151, 4, b'me\n', 0.6)], look=[5],
    ),
    'nup-cut': dict(name='nup', cmd=['node', 'nup.js'], servers=[serve(9161, quiet)], cut=3, look=[6], ends=20),
    'nsrv-1': dict(name='nsrv', cmd=['node', 'server.js'], servers=[], callers=[customers(9171, 4, b'me\n', 0.6)], look=[5]),
    'nhttp-1': dict(name='nhttp', cmd=['node', 'poll.js'], servers=[serve(9181, status(503, 400000, 'stay'))], look=[5]),
    'nhttp-cut': dict(name='nhttp', cmd=['node', 'poll.js'], servers=[serve(9181, quiet)], cut=2.5, look=[5], ends=20),
    'gosrv-1': dict(
        name='gosrv', build=['go build -o gosrv .'], cmd=['./gosrv'], servers=[], callers=[customers(9191, 4, b'me\n', 0.6)],
        look=[5],
    ),
    'gohttp-1': dict(
        name='gohttp', build=['go build -o gohttp .'], cmd=['./gohttp'], servers=[serve(9201, status(500, 9000, 'close'))], look=[5],
    ),
    'gokeep-cut': dict(
        name='gokeep', build=['go build -o gokeep .'], cmd=['./gokeep'], servers=[serve(9211, quiet)], cut=2, look=[4], ends=3,
    ),
    'gokeep-1': dict(name='gokeep', build=['go build -o gokeep .'], cmd=['./gokeep'], servers=[serve(9211, answer_and_close)], look=[4]),
    'pyhttp-1': dict(name='pyhttp', cmd=['python3', 'client.py'], servers=[serve(9221, okj(3, 'close'))], look=[3, 5]),
    'pypool-1': dict(name='pypool', cmd=['python3', 'worker.py'], servers=[serve(9231, talk_and_close), serve(9232, quiet)], look=[5]),
    'pypool-cut': dict(
        name='pypool', cmd=['python3', 'worker.py'], servers=[serve(9231, quiet), serve(9232, quiet)], cut=3, look=[6], ends=30,
    ),
}
