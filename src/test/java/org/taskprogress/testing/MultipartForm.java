package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/** A form with files (RFC 7578). Names go out as they are but for what a browser escapes too (WHATWG): quotes and line ends. */
public final class MultipartForm {

    public static final String BOUNDARY = "--------------------------a-boundary-of-the-tests";

    private final List<BodyPublisher> parts = new ArrayList<>();

    public MultipartForm field(String name, String value) {
        return text(head("name=\"" + escaped(name) + "\"") + "\r\n" + value + "\r\n");
    }

    public MultipartForm file(String name, String filename, byte[] content) {
        return file(name, filename, BodyPublishers.ofByteArray(content));
    }

    public MultipartForm file(String name, String filename, BodyPublisher content) {
        text(head("name=\"" + escaped(name) + "\"; filename=\"" + escaped(filename) + "\"")
                + "Content-Type: application/octet-stream\r\n\r\n");
        parts.add(content);
        return text("\r\n");
    }

    /** A file part with a {@code Content-Disposition} as it stands, be it broken. */
    public MultipartForm fileWithDisposition(String disposition, byte[] content) {
        text("--" + BOUNDARY + "\r\nContent-Disposition: " + disposition + "\r\n\r\n");
        parts.add(BodyPublishers.ofByteArray(content));
        return text("\r\n");
    }

    /** Makes the request one that posts this form. */
    public HttpRequest.Builder post(HttpRequest.Builder request) {
        text("--" + BOUNDARY + "--\r\n");
        return postUnended(request);
    }

    /** The same without the last boundary. */
    public HttpRequest.Builder postUnended(HttpRequest.Builder request) {
        return request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.concat(parts.toArray(BodyPublisher[]::new)));
    }

    private static String head(String disposition) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n";
    }

    private MultipartForm text(String text) {
        parts.add(BodyPublishers.ofByteArray(text.getBytes(UTF_8)));
        return this;
    }

    private static String escaped(String name) {
        return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }
}
