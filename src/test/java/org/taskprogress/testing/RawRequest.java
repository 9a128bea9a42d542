package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request written to a socket byte by byte, for what a well-behaved HTTP client would not send. Like curl it goes on sending until the
 * server stops taking, and then reads what the server has said. Not thread-safe.
 */
public final class RawRequest implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\nContent-Length: *(\\d+)");

    private final Socket socket;
    private boolean refused;

    public RawRequest(URI server) {
        try {
            socket = new Socket(server.getHost(), server.getPort());
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends this; does nothing once the server has stopped taking. */
    public RawRequest send(byte[] bytes) {
        if (refused) {
            return this;
        }
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException serverHasClosed) {
            refused = true;
        }
        return this;
    }

    public RawRequest send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    /** Whether the server has stopped taking, or has answered already. */
    public boolean isAnswered() {
        try {
            return refused || socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells the server that nothing more comes. */
    public RawRequest endOfInput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The first line of what the server says; the rest stays to be read. Empty if it said nothing. */
    public String firstLine() {
        var line = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
                line.write(read);
            }
        } catch (IOException reset) {
            // What came before it counts.
        }
        return line.toString(ISO_8859_1);
    }

    /** What the server says, head and body: until it closes, or all of a body of known length has come. Empty if it said nothing. */
    public String answer() {
        var received = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            var buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                received.write(buffer, 0, read);
                if (isWhole(received)) {
                    break;
                }
            }
        } catch (IOException reset) {
            // What came before it counts.
        }
        return received.toString(ISO_8859_1);
    }

    private static boolean isWhole(ByteArrayOutputStream received) {
        String text = received.toString(ISO_8859_1);
        Matcher length = CONTENT_LENGTH.matcher(text);
        int body = text.indexOf("\r\n\r\n") + 4;
        return body >= 4 && length.find() && text.length() - body >= Integer.parseInt(length.group(1));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
