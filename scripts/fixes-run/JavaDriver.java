import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

/** Calls one method with arguments made by their types and names, and tells how many sockets it left: `JavaDriver CLASS METHOD`. */
public class JavaDriver {
    private static final int PORT = Integer.parseInt(System.getenv("CLOSEWAIT_PORT"));
    private static final boolean FLAG = "1".equals(System.getenv("CLOSEWAIT_FLAG"));
    private static boolean flagged;

    public static void main(String[] args) throws Exception {
        warm();
        Class<?> type = Class.forName(args[0]);
        Executable called = find(type, args[1]);
        if (called == null) report("no single method " + args[1], 0, 0, false);
        Object receiver = null;
        Object[] values;
        try {
            if (called instanceof Method && !Modifier.isStatic(called.getModifiers())) receiver = make(type);
            values = valuesFor(called);
        } catch (Unmakeable e) {
            report(e.getMessage(), 0, 0, false);
            return;
        }
        int before = descriptors();
        String said;
        try {
            said = tell(called instanceof Method ? ((Method) called).invoke(receiver, values) : ((Constructor<?>) called).newInstance(values));
        } catch (InvocationTargetException e) {
            said = "throws " + e.getCause();
        }
        for (int i = 0; i < 25 && descriptors() > before; i += 1) Thread.sleep(20);
        report(said, before, descriptors(), true);
    }

    private static class Unmakeable extends Exception {
        Unmakeable(String message) {
            super(message);
        }
    }

    /** Three callers, and no more. */
    private static class Listener extends ServerSocket {
        private int given;

        Listener() throws IOException {
            super(PORT, 50, InetAddress.getByName("127.0.0.1"));
            setSoTimeout(1000);
        }

        @Override
        public Socket accept() throws IOException {
            if (given++ >= 3) throw new IOException("no more callers");
            return super.accept();
        }
    }

    private static Executable find(Class<?> type, String name) {
        List<Executable> found = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) if (method.getName().equals(name) && !method.isSynthetic()) found.add(method);
        if (name.equals(type.getSimpleName())) found.addAll(List.of(type.getDeclaredConstructors()));
        if (found.size() != 1) return null;
        found.get(0).setAccessible(true);
        return found.get(0);
    }

    private static Object make(Class<?> type) throws Unmakeable {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            try {
                constructor.setAccessible(true);
                return constructor.newInstance(valuesFor(constructor));
            } catch (ReflectiveOperationException e) {
                throw new Unmakeable("an object of " + type.getSimpleName() + " cannot be made: " + (e.getCause() == null ? e : e.getCause()));
            }
        }
        throw new Unmakeable("no object of " + type.getSimpleName() + " can be made");
    }

    private static Object[] valuesFor(Executable called) throws Unmakeable {
        List<Object> values = new ArrayList<>();
        for (Parameter parameter : called.getParameters()) {
            try {
                values.add(value(parameter.getName().toLowerCase(), parameter.getType()));
            } catch (IOException e) {
                throw new Unmakeable("arguments cannot be made: " + e);
            }
        }
        return values.toArray();
    }

    private static Object value(String name, Class<?> type) throws IOException, Unmakeable {
        if (type == String.class) return text(name);
        if (type == int.class || type == Integer.class) return name.contains("port") ? PORT : number();
        if (type == long.class || type == Long.class) return (long) number();
        if (type == boolean.class || type == Boolean.class) return number() == 1;
        if (type == byte[].class) return "hello\n".getBytes();
        if (type == URL.class) return new URL(text("url"));
        if (type == Socket.class) return new Socket("127.0.0.1", PORT);
        if (type == ServerSocket.class) return new Listener();
        if (type == InetAddress.class) return InetAddress.getByName("127.0.0.1");
        if (type.isAssignableFrom(InetSocketAddress.class) && type != Object.class) return new InetSocketAddress("127.0.0.1", PORT);
        if (type == SocketChannel.class) return SocketChannel.open(new InetSocketAddress("127.0.0.1", PORT));
        if (type == Selector.class) return Selector.open();
        if (type == ByteBuffer.class) return ByteBuffer.wrap("hello\n".getBytes());
        if (type == DatagramPacket.class) return new DatagramPacket(new byte[64], 64, InetAddress.getByName("127.0.0.1"), PORT);
        if (type.isAssignableFrom(ThreadPoolExecutor.class) && type != Object.class) return Executors.newCachedThreadPool();
        if (type == List.class || type == Collection.class || type == Iterable.class) return List.of("127.0.0.1", "127.0.0.1");
        if (type == InputStream.class) return new ByteArrayInputStream("hello\n".getBytes());
        if (type == OutputStream.class) return new ByteArrayOutputStream();
        throw new Unmakeable("no argument of type " + type.getSimpleName() + " can be made");
    }

    private static int number() {
        flagged = true;
        return FLAG ? 1 : 0;
    }

    private static String text(String name) {
        if (name.matches("u|url|link|endpoint|spec")) return "http://127.0.0.1:" + PORT + "/";
        return name.matches(".*(host|address|server|peer).*") ? "127.0.0.1" : "hello";
    }

    /** What is handed out is the caller's to close. */
    private static String tell(Object value) throws Exception {
        if (value instanceof AutoCloseable) ((AutoCloseable) value).close();
        if (value instanceof HttpURLConnection) ((HttpURLConnection) value).disconnect();
        if (value instanceof byte[]) return "gives " + new String((byte[]) value);
        boolean isData = value == null || value instanceof String || value instanceof Number || value instanceof Boolean;
        return "gives " + (isData ? value : value.getClass().getName());
    }

    /** What the runtime opens for itself the first time. */
    private static void warm() throws Exception {
        try (ServerSocket server = new ServerSocket(0); Socket socket = new Socket("127.0.0.1", server.getLocalPort())) {
            socket.getInputStream().available();
        }
        SocketChannel.open().close();
        Selector.open().close();
    }

    private static int descriptors() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                try {
                    if (Files.readSymbolicLink(one).toString().matches("socket:.*|anon_inode:\\[eventpoll\\]")) count += 1;
                } catch (IOException gone) {
                    // the directory's own descriptor
                }
            }
        }
        return count;
    }

    private static void report(String said, int before, int after, boolean callable) throws IOException {
        String text = said.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
        String line = "RESULT {\"said\":\"" + text + "\",\"before\":" + before + ",\"after\":" + after + ",\"callable\":" + callable + ",\"flagged\":" + flagged + "}\n";
        try {
            // The third descriptor is a socket, which has no name to open it by.
            Constructor<FileDescriptor> number = FileDescriptor.class.getDeclaredConstructor(int.class);
            number.setAccessible(true);
            new FileOutputStream(number.newInstance(3)).write(line.getBytes());
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
