// A small status client with two mistakes: an unexpected answer leaves the socket open, and the read waits for ever.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/** Asks a service for its status, again and again. */
public class Status {
    private final String host;

    Status(String host) {
        this.host = host;
    }

    /** When the service does not answer as expected, the socket stays open: CLOSE_WAIT once the peer has closed. */
    String ask() throws IOException {
        Socket socket = new Socket(host, 7400);
        socket.getOutputStream().write("STATUS\n".getBytes());
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        String line = in.readLine();
        if (line == null || !line.startsWith("OK")) {
            throw new IOException("unexpected answer: " + line);
        }
        socket.close();
        return line.substring(3);
    }

    public static void main(String[] args) throws Exception {
        Status status = new Status(args.length > 0 ? args[0] : "localhost");
        while (true) {
            System.out.println(status.ask());
            Thread.sleep(10_000);
        }
    }
}
