/** libcurl's easy handles: man pages of libcurl. */

import type { Library } from '../flow/facts.js';

const type = 'curl.CURL';

export const library: Library = {
  id: 'c-curl',
  languages: ['c', 'cpp'],
  title: 'libcurl',
  types: [
    {
      name: type,
      source:
        'curl_easy_init(3): the handle keeps its connections until curl_easy_cleanup(3); CURLOPT_CONNECTTIMEOUT(3): 300 s, ' +
        'CURLOPT_MAXAGE_CONN(3): 118 s',
      onDrop: 'never',
      managed: true,
      defaults: { connectTimeout: 300 },
      keptIdle: 118,
    },
  ],
  calls: [
    {
      name: ['curl_easy_init', 'curl_easy_duphandle'],
      source: 'curl_easy_init(3): NULL on failure',
      opens: { type, role: 'client' },
      on: { result: 0 },
      ok: ['full'],
      fails: [{ results: ['null'] }],
    },
    {
      name: 'curl_easy_setopt',
      source:
        'CURLOPT_TIMEOUT(3), CURLOPT_CONNECTTIMEOUT(3): seconds, with _MS milliseconds; CURLOPT_LOW_SPEED_TIME(3): seconds ' +
        'below CURLOPT_LOW_SPEED_LIMIT; CURLOPT_TCP_KEEPALIVE(3)',
      ok: ['zero'],
      fails: [{ results: ['pos'], how: 'rare' }],
      setsByName: {
        level: { arg: 0 },
        name: { arg: 1 },
        value: { arg: 2 },
        names: {
          CURLOPT_TIMEOUT: 'readTimeout',
          CURLOPT_TIMEOUT_MS: 'readTimeout',
          CURLOPT_CONNECTTIMEOUT: 'connectTimeout',
          CURLOPT_CONNECTTIMEOUT_MS: 'connectTimeout',
          CURLOPT_TCP_KEEPALIVE: 'SO_KEEPALIVE',
          CURLOPT_TCP_KEEPIDLE: 'TCP_KEEPIDLE',
          CURLOPT_TCP_KEEPINTVL: 'TCP_KEEPINTVL',
          CURLOPT_TCP_KEEPCNT: 'TCP_KEEPCNT',
          CURLOPT_LOW_SPEED_TIME: 'readTimeout',
        },
        scaleOf: { CURLOPT_TIMEOUT_MS: 0.001, CURLOPT_CONNECTTIMEOUT_MS: 0.001 },
      },
    },
    {
      name: 'curl_easy_perform',
      source: 'curl_easy_perform(3): 0 or an error code',
      blocks: { wait: 'other', limitedBy: ['readTimeout'] },
      ok: ['zero'],
      fails: [{ results: ['pos'] }],
      step: { do: 'connect' },
      then: [{ do: 'send' }, { do: 'recvUntilEof' }],
    },
    {
      name: ['curl_easy_getinfo', 'curl_easy_strerror', 'curl_easy_reset', 'curl_easy_pause', 'curl_easy_escape', 'curl_easy_unescape'],
      source: 'libcurl(3): look at the handle only',
    },
    {
      name: 'curl_easy_cleanup',
      source: 'curl_easy_cleanup(3): closes the connections of the handle',
      closes: true,
      step: { do: 'close' },
    },
    { name: ['curl_multi_add_handle', 'curl_share_setopt'], source: 'curl_multi_add_handle(3)', on: { arg: 1 }, takes: true },
  ],
};
