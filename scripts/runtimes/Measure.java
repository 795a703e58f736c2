import java.io.*;
import java.net.*;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

/**
 * What this machine's Java does with connections: each case runs against a server of this very process, then the sockets of the
 * process are counted by state (/proc/self/fd with /proc/net/tcp). Prints docs/runtimes/java.md; `java scripts/runtimes/Measure.java`.
 */
public class Measure {
    interface Case { String run(int port) throws Exception; }

    /** What the peer does once it has accepted. */
    enum Peer { SILENT, CLOSES, RESETS, HTTP_200, HTTP_404, HTTP_CLOSES }

    private static final List<Object> kept = new ArrayList<>();
    private static final Set<Socket> peers = ConcurrentHashMap.newKeySet();

    public static void main(String[] args) throws Exception {
        System.out.println("# What Java does with connections\n");
        System.out.println("Measured by `scripts/runtimes/Measure.java` with " + System.getProperty("java.vm.name") + " " + Runtime.version() + " on " + System.getProperty("os.name") + ".");
        System.out.println("Sockets of our side that are open afterwards, by state: at once, after the peer has ended its side of every connection, and after the garbage collector has run. \"unbound\" has no connection (any more).\n");
        System.out.println("| case | what the code gets | left | after the peer has ended its side | after a collection |\n|---|---|---|---|---|");
        sockets();
        selectors();
        endings();
        resolving();
        responses();
        System.exit(0);
    }

    private static void sockets() throws Exception {
        show("`new Socket()`, nothing else", Peer.SILENT, port -> { keep(new Socket()); return "holds no descriptor"; });
        show("`new Socket(host, port)` to a port where nobody listens", null, port -> { new Socket("127.0.0.1", free()); return ""; });
        show("`socket.connect()` refused", null, port -> { Socket s = keep(new Socket()); try { s.connect(new InetSocketAddress("127.0.0.1", free()), 1000); } catch (IOException e) { return e + "; isClosed() is " + s.isClosed(); } return ""; });
        show("a connected socket that nothing refers to, peer closed", Peer.CLOSES, port -> { open(port); Thread.sleep(200); return ""; });
        show("`getInputStream().close()`", Peer.SILENT, port -> { Socket s = keep(open(port)); s.getInputStream().close(); return "isClosed() is " + s.isClosed(); });
        show("`BufferedReader(InputStreamReader(in)).close()`", Peer.SILENT, port -> { Socket s = keep(open(port)); new BufferedReader(new InputStreamReader(s.getInputStream())).close(); return "isClosed() is " + s.isClosed(); });
        show("`shutdownOutput()` alone, peer closed", Peer.CLOSES, port -> { Socket s = keep(open(port)); s.shutdownOutput(); Thread.sleep(200); return "isClosed() is " + s.isClosed(); });
        show("`SocketChannel.open()`, nothing else", Peer.SILENT, port -> { keep(SocketChannel.open()); return "holds a descriptor"; });
        show("`socket.connect()` to a host without an address", null, port -> { Socket s = keep(new Socket()); try { s.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 80), 1000); } catch (IOException e) { return e + "; isClosed() is " + s.isClosed(); } return ""; });
        show("`new Socket(host, port)` to a host without an address", null, port -> { new Socket("nowhere.invalid", 80); return ""; });
        show("`SocketChannel.connect()` to a host without an address", null, port -> { SocketChannel c = keep(SocketChannel.open()); try { c.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 80)); } catch (RuntimeException e) { return e + "; isOpen() is " + c.isOpen(); } return ""; });
        show("the same, nothing refers to it", null, port -> { SocketChannel.open().connect(InetSocketAddress.createUnresolved("nowhere.invalid", 80)); return ""; });
        show("`new DatagramSocket()` that nothing refers to", null, port -> { new DatagramSocket(); return "holds a descriptor"; });
        show("`SocketChannel.connect()` refused", null, port -> { SocketChannel c = keep(SocketChannel.open()); try { c.connect(new InetSocketAddress("127.0.0.1", free())); } catch (IOException e) { return e + "; isOpen() is " + c.isOpen(); } return ""; });
        show("a connected `SocketChannel` that nothing refers to, peer closed", Peer.CLOSES, port -> { SocketChannel.open(new InetSocketAddress("127.0.0.1", port)); Thread.sleep(200); return ""; });
    }

    private static void selectors() throws Exception {
        show("a registered channel, peer closed, `read()` is -1, `key.cancel()` alone", Peer.CLOSES, port -> { Selector selector = keep(Selector.open()); int n = readable(port, selector, false); selector.selectNow(); return "read() returns " + n; });
        show("the same, not cancelled: rounds of `select()` in 200 ms", Peer.CLOSES, port -> { Selector selector = keep(Selector.open()); readable(port, selector, true); long end = System.nanoTime() + 200_000_000L; long rounds = 0; while (System.nanoTime() < end) { rounds += selector.select(100); selector.selectedKeys().clear(); } return rounds > 1000 ? "more than 1000: it spins" : rounds + ""; });
        show("the same, then `channel.close()`", Peer.CLOSES, port -> { Selector selector = keep(Selector.open()); readable(port, selector, true); selector.keys().iterator().next().channel().close(); selector.selectNow(); return ""; });
        show("the same, then `selector.close()` alone", Peer.CLOSES, port -> { Selector selector = keep(Selector.open()); readable(port, selector, true); selector.close(); return ""; });
    }

    private static int readable(int port, Selector selector, boolean stays) throws Exception {
        SocketChannel c = keep(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
        c.configureBlocking(false);
        SelectionKey key = c.register(selector, SelectionKey.OP_READ);
        selector.select(1000);
        int n = c.read(ByteBuffer.allocate(16));
        if (!stays) key.cancel();
        selector.selectedKeys().clear();
        return n;
    }

    private static void endings() throws Exception {
        show("`read()`, peer closed", Peer.CLOSES, port -> { Socket s = keep(open(port)); return "returns " + s.getInputStream().read(); });
        show("`read()`, peer reset", Peer.RESETS, port -> { Socket s = keep(open(port)); Thread.sleep(200); s.getInputStream().read(); return ""; });
        show("`write()` twice, peer reset", Peer.RESETS, port -> { Socket s = keep(open(port)); Thread.sleep(200); s.getOutputStream().write(1); Thread.sleep(200); s.getOutputStream().write(1); return ""; });
        show("`read()`, `setSoTimeout(300)`, peer silent", Peer.SILENT, port -> { Socket s = keep(open(port)); s.setSoTimeout(300); try { s.getInputStream().read(); } catch (IOException e) { return e + "; isClosed() is " + s.isClosed(); } return ""; });
        show("defaults of a socket", Peer.SILENT, port -> { try (Socket s = open(port)) { return "SO_TIMEOUT " + s.getSoTimeout() + ", keepalive " + s.getKeepAlive() + ", TCP_NODELAY " + s.getTcpNoDelay() + ", options " + new TreeSet<>(names(s)); } });
    }

    private static void responses() throws Exception {
        show("`HttpURLConnection.getResponseCode()` alone, 200 with a body", Peer.HTTP_200, port -> "status " + keep(http(port)).getResponseCode());
        show("the same, nothing refers to it", Peer.HTTP_200, port -> "status " + http(port).getResponseCode());
        show("the same, HEAD", Peer.HTTP_200, port -> { HttpURLConnection c = keep(http(port)); c.setRequestMethod("HEAD"); return "status " + c.getResponseCode(); });
        show("the same, then `disconnect()`", Peer.HTTP_200, port -> { HttpURLConnection c = keep(http(port)); int code = c.getResponseCode(); c.disconnect(); return "status " + code; });
        show("`getInputStream()` read to its end", Peer.HTTP_200, port -> { HttpURLConnection c = keep(http(port)); return "read " + c.getInputStream().readAllBytes().length; });
        show("`getInputStream()`, 404 with a body", Peer.HTTP_404, port -> { keep(http(port)).getInputStream(); return ""; });
        show("the same, error stream read to its end", Peer.HTTP_404, port -> { HttpURLConnection c = keep(http(port)); try { c.getInputStream(); } catch (IOException e) { return e.getClass().getName() + ", read " + c.getErrorStream().readAllBytes().length; } return ""; });
        show("`getInputStream()`, peer closes before it answers", Peer.CLOSES, port -> { keep(http(port)).getInputStream(); return ""; });
        show("`setReadTimeout(300)`, peer silent", Peer.SILENT, port -> { HttpURLConnection c = keep(http(port)); c.setReadTimeout(300); c.getInputStream(); return ""; });
        show("defaults of `HttpURLConnection`", Peer.SILENT, port -> { HttpURLConnection c = http(port); return "connect limit " + c.getConnectTimeout() + ", read limit " + c.getReadTimeout(); });
        show("`java.net.http`, `ofInputStream()`, body not read", Peer.HTTP_200, port -> "status " + keep(keep(HttpClient.newHttpClient()).send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(), HttpResponse.BodyHandlers.ofInputStream())).statusCode());
        show("`java.net.http`, `ofString()`", Peer.HTTP_200, port -> "status " + keep(HttpClient.newHttpClient()).send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(), HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    private static void resolving() throws Exception {
        show("`connect()` with a limit of 300 ms to a listener whose queue is full", null, port -> { try (ServerSocket full = new ServerSocket(0, 1)) { for (int i = 0; i < 3; i += 1) { try { Socket s = keep(new Socket()); s.connect(full.getLocalSocketAddress(), 300); } catch (IOException e) { for (Object one : kept) if (one instanceof Socket) ((Socket) one).close(); return e.toString(); } } return ""; } });
        show("seconds for which an address is kept, and that a host has none", null, port -> "networkaddress.cache.ttl " + or(java.security.Security.getProperty("networkaddress.cache.ttl"), "not set, which is 30") + ", networkaddress.cache.negative.ttl " + or(java.security.Security.getProperty("networkaddress.cache.negative.ttl"), "not set"));
        show("limits of `URLConnection` for the whole program", null, port -> "sun.net.client.defaultConnectTimeout " + or(System.getProperty("sun.net.client.defaultConnectTimeout"), "not set") + ", sun.net.client.defaultReadTimeout " + or(System.getProperty("sun.net.client.defaultReadTimeout"), "not set"));
    }

    private static String or(String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    private static Set<String> names(Socket s) {
        Set<String> names = new HashSet<>();
        for (SocketOption<?> option : s.supportedOptions()) names.add(option.name());
        return names;
    }

    private static HttpURLConnection http(int port) throws IOException {
        return (HttpURLConnection) new URL("http://127.0.0.1:" + port + "/").openConnection();
    }

    private static Socket open(int port) throws IOException {
        return new Socket("127.0.0.1", port);
    }

    private static <T> T keep(T one) {
        kept.add(one);
        return one;
    }

    private static int free() throws IOException {
        try (ServerSocket s = new ServerSocket(0)) {
            return s.getLocalPort();
        }
    }

    private static void show(String title, Peer peer, Case one) throws Exception {
        ServerSocket server = peer == null ? null : new ServerSocket(0);
        int port = server == null ? 0 : server.getLocalPort();
        if (server != null) start(server, peer);
        Set<String> before = descriptors();
        String got;
        try {
            got = one.run(port);
        } catch (Exception e) {
            got = e.toString();
        }
        Thread.sleep(400);
        String left = states(before, port);
        for (Socket s : peers) s.close();
        Thread.sleep(300);
        String ended = states(before, port);
        for (int i = 0; i < 3; i += 1) {
            System.gc();
            Thread.sleep(200);
        }
        System.out.println("| " + title + " | " + got.replaceAll("127\\.0\\.0\\.1:\\d+", "HOST").replace("|", "\\|") + " | " + left + " | " + ended + " | " + states(before, port) + " |");
        kept.clear();
        peers.clear();
        if (server != null) server.close();
        System.gc();
        Thread.sleep(300);
    }

    private static void start(ServerSocket server, Peer peer) {
        Thread thread = new Thread(() -> {
            while (true) {
                try {
                    Socket s = server.accept();
                    peers.add(s);
                    if (peer == Peer.RESETS) s.setSoLinger(true, 0);
                    if (peer == Peer.CLOSES || peer == Peer.RESETS) s.close();
                    if (peer == Peer.HTTP_200 || peer == Peer.HTTP_404) {
                        byte[] request = new byte[4000];
                        int n = s.getInputStream().read(request);
                        boolean head = n > 4 && new String(request, 0, 4).equals("HEAD");
                        s.getOutputStream().write(("HTTP/1.1 " + (peer == Peer.HTTP_200 ? "200 OK" : "404 Not Found") + "\r\nContent-Length: 100000\r\n\r\n").getBytes());
                        if (!head) s.getOutputStream().write(new byte[100000]);
                    }
                } catch (IOException e) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Sockets that this process has open, by inode. */
    private static Set<String> descriptors() throws IOException {
        Set<String> found = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                try {
                    String target = Files.readSymbolicLink(one).toString();
                    if (target.startsWith("socket:[")) found.add(target.substring(8, target.length() - 1));
                } catch (IOException gone) {
                    // the directory's own descriptor
                }
            }
        }
        return found;
    }

    private static final String[] STATES = { "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING" };

    /** States of the sockets that were opened since, without those of the peer in this process. */
    private static String states(Set<String> before, int server) throws IOException {
        Set<String> now = descriptors();
        now.removeAll(before);
        Map<String, Integer> counts = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(file))) {
                String[] parts = line.trim().split("\\s+");
                if (parts.length < 10 || !now.contains(parts[9])) continue;
                seen.add(parts[9]);
                int port = Integer.parseInt(parts[1].substring(parts[1].indexOf(':') + 1), 16);
                if (port != server) counts.merge(STATES[Integer.parseInt(parts[3], 16)], 1, Integer::sum);
            }
        }
        now.removeAll(seen);
        if (!now.isEmpty()) counts.merge("unbound", now.size(), Integer::sum);
        return counts.isEmpty() ? "none" : counts.toString().replace("{", "").replace("}", "").replace("=1", "").replace("=", " x ");
    }
}
