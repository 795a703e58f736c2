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
        socket.connect(new InetSocketAddress(host, 7000), 5000);
        socket.setSoTimeout(5000);
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
});
