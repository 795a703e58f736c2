/** Event loops: a descriptor that is registered with its callback lives on in the loop. */

import type { Library } from '../flow/facts.js';

/** It reads and writes the descriptor that it was made with. */
const bufferevent = 'libevent.bufferevent';

export const library: Library = {
  id: 'c-event-loops',
  languages: ['c', 'cpp'],
  title: 'libevent, libev, libuv',
  types: [],
  calls: [
    { name: 'bufferevent_socket_new', source: 'event2/bufferevent.h: with BEV_OPT_CLOSE_ON_FREE bufferevent_free() closes it; NULL on failure and the descriptor stays', on: { arg: 1 }, takes: true, registers: {}, wraps: { type: bufferevent }, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }] },
    { name: ['bufferevent_openssl_socket_new'], source: 'event2/bufferevent_ssl.h: as bufferevent_socket_new', on: { arg: 1 }, takes: true, registers: {}, wraps: { type: bufferevent }, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }] },
    {
      name: ['bufferevent_set_timeouts', 'bufferevent_settimeout'], source: 'event2/bufferevent.h: BEV_EVENT_TIMEOUT after so long without data; NULL for none',
      sets: [{ option: 'readTimeout', from: { arg: 1 } }, { option: 'writeTimeout', from: { arg: 2 } }],
    },
    { name: ['bufferevent_enable', 'bufferevent_disable', 'bufferevent_setcb', 'bufferevent_setwatermark', 'bufferevent_getfd', 'bufferevent_get_input', 'bufferevent_get_output', 'bufferevent_set_max_single_read'], source: 'event2/bufferevent.h: own nothing' },
    { name: ['bufferevent_write', 'bufferevent_write_buffer'], source: 'event2/bufferevent.h: 0 or -1; the data leave later', ok: ['zero'], fails: [{ results: ['=-1'], how: 'rare' }], step: { do: 'send' } },
    { name: ['bufferevent_setfd'], source: 'event2/bufferevent.h', on: { arg: 1 }, takes: true, registers: {} },
    { name: 'event_new', source: 'event2/event.h: the callback gets the descriptor; NULL on failure', on: { arg: 1 }, takes: true, registers: {}, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }] },
    { name: ['event_set', 'event_assign'], source: 'event2/event.h: the callback gets the descriptor', on: { arg: 1 }, takes: true, registers: {} },
    {
      name: 'evconnlistener_new_bind', source: 'event2/listener.h: the callback gets the accepted descriptor, and owns it', on: { result: 0 }, ok: ['full'], fails: [{ results: ['null'] }],
      calls: { callee: { arg: 1 }, gives: [{ param: 1, type: 'posix.socket', role: 'accepted', owns: true }], spawns: true },
    },
    { name: ['evconnlistener_new'], source: 'event2/listener.h: owns the descriptor with LEV_OPT_CLOSE_ON_FREE; the callback gets the accepted descriptor, and owns it', on: { arg: 5 }, takes: true, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }],
      calls: { callee: { arg: 1 }, gives: [{ param: 1, type: 'posix.socket', role: 'accepted', owns: true }], spawns: true } },
    { name: ['evutil_make_socket_nonblocking'], source: 'event2/util.h: sets O_NONBLOCK; 0 or -1', sets: [{ option: 'O_NONBLOCK', value: 1 }], ok: ['zero'], fails: [{ results: ['=-1'], how: 'rare' }] },
    { name: ['evutil_make_socket_closeonexec', 'evutil_make_listen_socket_reuseable'], source: 'event2/util.h', ok: ['zero'], fails: [{ results: ['=-1'], how: 'rare' }] },
    { name: 'evutil_closesocket', source: 'event2/util.h: closes the socket', closes: true, step: { do: 'close' } },
    { name: ['ev_io_init', 'ev_io_set'], source: 'ev.h: the watcher carries the descriptor to its callback', on: { arg: 2 }, takes: true, registers: {} },
    { name: ['ev_timer_init', 'ev_init'], source: 'ev.h: the second argument is the callback', on: { result: 0 }, timer: { callee: { arg: 1 } } },
    { name: 'uv_tcp_open', source: 'docs.libuv.org, uv_tcp_open(): the handle owns the descriptor, uv_close() closes it; below 0 on failure', on: { arg: 1 }, takes: true, ok: ['zero'], fails: [{ results: ['neg'], how: 'rare' }] },
    { name: ['uv_pipe_open', 'uv_poll_init', 'uv_poll_init_socket'], source: 'docs.libuv.org: the handle works on the descriptor', on: { arg: 1 }, takes: true, ok: ['zero'], fails: [{ results: ['neg'], how: 'rare' }] },
  ],
};
