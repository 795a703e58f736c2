/** Java: packages and classes across files. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../support/project-findings.js';

const link = `package net.demo.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

public class Link implements AutoCloseable {
    private final Socket socket;

    public Link(String host) throws IOException {
        socket = new Socket();
        socket.setSoTimeout(5000);
        socket.connect(new InetSocketAddress(host, 7000), 5000);
    }

    public void greet(String name) throws GreetingException {
        if (name.isEmpty()) {
            throw new GreetingException("nobody");
        }
    }

    public void greet(String name, int times) throws IOException {
        socket.getOutputStream().write(times);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
`;
const failure = `package net.demo.link;

import java.io.IOException;

public class GreetingException extends IOException {
    GreetingException(String message) {
        super(message);
    }
}
`;
const helpers = `package net.demo.util;

import java.io.Closeable;
import java.io.IOException;

public final class Helpers {
    public static void quietly(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    public static void quietly(Closeable one, String what) {
        System.out.println(what);
    }
}
`;
const caller = (body: string): string => `package net.demo;

import java.io.IOException;
import java.net.Socket;
import net.demo.link.*;
import net.demo.util.Helpers;

class Caller {
    void run(String host) throws IOException {
${body
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
    }
}
`;
const project = (body: string): Record<string, string> => ({
  'src/net/demo/link/Link.java': link,
  'src/net/demo/link/GreetingException.java': failure,
  'src/net/demo/util/Helpers.java': helpers,
  'src/net/demo/Caller.java': caller(body),
});

describe('Java projects', () => {
  it('an object of another package is a connection', async () => {
    assert.deepEqual(await findings(project('Link link = new Link(host);\nlink.greet("x");\nlink.close();')), [
      'src/net/demo/Caller.java:10 close-skipped-on-error likely',
    ]);
  });
  it('try-with-resources closes it', async () => {
    assert.deepEqual(await findings(project('try (Link link = new Link(host)) {\n    link.greet("x");\n}')), []);
  });
  it('a handler takes what is derived from its type in another file', async () => {
    assert.deepEqual(
      await findings(
        project(
          'Link link = new Link(host);\ntry {\n    link.greet("x");\n} catch (IOException e) {\n    link.close();\n    throw ' +
            'e;\n}\nlink.close();',
        ),
      ),
      [],
    );
  });
  it('of methods of one name the one that takes what is given', async () => {
    assert.deepEqual(await findings(project('Socket socket = new Socket(host, 1);\nHelpers.quietly(socket);')), []);
    assert.deepEqual(await findings(project('Socket socket = new Socket(host, 1);\nHelpers.quietly(socket, "x");')), [
      'src/net/demo/Caller.java:10 missing-close certain',
    ]);
  });
  it('who calls it from another package ends the object', async () => {
    const files = {
      'src/net/demo/link/Module.java':
        'package net.demo.link;\n\nimport java.io.IOException;\n\npublic interface Module {\n    void start() throws IOException;\n\n' +
        '    void stop() throws IOException;\n}\n',
      'src/net/demo/link/Tls.java':
        'package net.demo.link;\n\nimport java.io.IOException;\nimport java.net.InetSocketAddress;\nimport javax.net.ssl.SSLSocket;\n' +
        'import javax.net.ssl.SSLSocketFactory;\n\npublic class Tls implements Module {\n    private SSLSocketFactory factory;\n' +
        '    private SSLSocket socket;\n\n    public void start() throws IOException {\n' +
        '        socket = (SSLSocket) factory.createSocket();\n        socket.connect(new InetSocketAddress("mq", 8883), 5000);\n' +
        '        socket.setSoTimeout(5000);\n        socket.startHandshake();\n        if (!socket.getSession().isValid()) {\n' +
        '            socket.close();\n            throw new IOException("peer");\n        }\n    }\n\n' +
        '    public void stop() throws IOException {\n        if (socket != null) socket.close();\n    }\n}\n',
    };
    const comms = (end: string): string =>
      'package net.demo;\n\nimport java.io.IOException;\nimport net.demo.link.Module;\n\nclass Comms {\n    private Module[] modules;\n\n' +
      `    void run() throws IOException {\n        try {\n            Module module = modules[0];\n            module.start();\n` +
      `        } catch (IOException e) {\n            ${end}\n        }\n    }\n}\n`;
    assert.deepEqual(await findings({ ...files, 'src/net/demo/Comms.java': comms('modules[0].stop();') }), []);
    assert.deepEqual(await findings({ ...files, 'src/net/demo/Comms.java': comms('System.err.println(e);') }), [
      'src/net/demo/link/Tls.java:13 close-skipped-on-error likely',
    ]);
  });
});
