/** The client of JAX-RS (Jersey, RESTEasy, CXF), before and after the change of its package. References: JAX-RS 2.1, jersey-client 2.35. */

import type { CallFact, Library, TypeFact } from '../flow/facts.js';

const shared = { onDrop: 'collector' as const, response: true, managed: true };
const failing = 'ProcessingException';

function factsOf(p: string): { types: TypeFact[]; calls: CallFact[] } {
  const c = `${p}.client`;
  const response = `${p}.core.Response`;
  const builder = `${c}.Invocation.Builder`;
  const opens = { type: response, role: 'client' as const, connected: true };
  const asks = (names: readonly string[], lacks: number): CallFact => ({
    name: names.map((name) => `${builder}.${name}`),
    source: 'javax/ws/rs/client/SyncInvoker.java: without a type to read the body into, the response is to be closed',
    on: { arg: 9 },
    variants: [
      {
        when: { lacks: { arg: lacks } },
        then: { fails: [{ throws: [`${p}.${failing}`] }], opens, step: { do: 'connect' }, then: [{ do: 'send' }, { do: 'recv' }] },
      },
    ],
    opens: { ...opens, consumedUnless: { name: 'never' } },
  });
  return {
    types: [{ name: response, source: 'javax/ws/rs/core/Response.java close', ...shared }],
    calls: [
      { name: `${c}.ClientBuilder.newClient`, source: 'javax/ws/rs/client/ClientBuilder.java', gives: `${c}.Client` },
      { name: `${c}.Client.target`, source: 'javax/ws/rs/client/Client.java target', gives: `${c}.WebTarget` },
      {
        name: ['path', 'queryParam', 'matrixParam', 'resolveTemplate', 'register', 'property'].map((name) => `${c}.WebTarget.${name}`),
        source: 'javax/ws/rs/client/WebTarget.java',
        gives: `${c}.WebTarget`,
      },
      { name: `${c}.WebTarget.request`, source: 'javax/ws/rs/client/WebTarget.java request', gives: builder },
      {
        name: ['header', 'headers', 'accept', 'acceptLanguage', 'cookie', 'property', 'cacheControl'].map((name) => `${builder}.${name}`),
        source: 'javax/ws/rs/client/Invocation.java Builder',
        gives: builder,
      },
      asks(['get', 'delete', 'head', 'options', 'trace'], 0),
      asks(['post', 'put'], 1),
      ...responseCalls(p, response),
    ],
  };
}

/** A response, its head and its body. */
function responseCalls(p: string, response: string): CallFact[] {
  return [
    { name: `${response}.close`, source: 'javax/ws/rs/core/Response.java close', closes: true, step: { do: 'close' } },
    {
      name: `${response}.readEntity`,
      source: 'javax/ws/rs/core/Response.java readEntity: closes, unless it gives a stream',
      fails: [{ throws: [`${p}.${failing}`], closesOnFailure: true }],
      consumes: true,
      step: { do: 'recvUntilEof' },
      variants: [
        {
          when: { arg: { arg: 0 }, names: ['java.io.InputStream.class', 'InputStream.class', 'java.io.InputStream'] },
          then: { consumes: undefined, wraps: { type: 'response.InputStream' } },
        },
      ],
    },
    { name: `${response}.getEntity`, source: 'javax/ws/rs/core/Response.java getEntity', wraps: { type: 'response.InputStream' } },
    { name: `${response}.bufferEntity`, source: 'javax/ws/rs/core/Response.java bufferEntity', consumes: true },
    {
      name: [
        'getStatus',
        'getStatusInfo',
        'getHeaders',
        'getStringHeaders',
        'getHeaderString',
        'getMediaType',
        'getLength',
        'hasEntity',
        'getCookies',
        'getLocation',
        'getLastModified',
        'getEntityTag',
        'getLinks',
      ].map((name) => `${response}.${name}`),
      source: 'javax/ws/rs/core/Response.java: the head',
    },
  ];
}

const old = factsOf('javax.ws.rs');
const current = factsOf('jakarta.ws.rs');

export const library: Library = {
  id: 'java-jaxrs',
  languages: ['java'],
  title: 'JAX-RS client',
  types: [...old.types, ...current.types],
  calls: [...old.calls, ...current.calls],
  exceptions: { [`javax.ws.rs.${failing}`]: ['java.lang.RuntimeException'], [`jakarta.ws.rs.${failing}`]: ['java.lang.RuntimeException'] },
};
