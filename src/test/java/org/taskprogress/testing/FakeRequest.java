package org.taskprogress.testing;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A servlet request that says what the test gave it; any question it has no answer to fails. Nobody is signed in. */
public final class FakeRequest {

    private final String method;
    private final String path;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private @Nullable String query;
    private Cookie[] cookies = {};
    private InputStream body = InputStream.nullInputStream();
    private long length = -1;

    public FakeRequest(String method, String path) {
        this.method = method;
        int mark = path.indexOf('?');
        this.path = mark < 0 ? path : path.substring(0, mark);
        this.query = mark < 0 ? null : path.substring(mark + 1);
    }

    public FakeRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public FakeRequest cookie(String name, String value) {
        cookies = new Cookie[] {new Cookie(name, value)};
        return this;
    }

    public FakeRequest body(String contentType, byte[] content) {
        length = content.length;
        return body(contentType, new ByteArrayInputStream(content));
    }

    public FakeRequest body(String contentType, InputStream content) {
        headers.put("Content-Type", contentType);
        body = content;
        return this;
    }

    public FakeRequest length(long bytes) {
        length = bytes;
        return this;
    }

    public HttpServletRequest build() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, asked, arguments) -> answer(asked.getName(), arguments == null ? new Object[0] : arguments));
    }

    private @Nullable Object answer(String question, Object[] arguments) {
        return switch (question) {
            case "getMethod" -> method;
            case "getRequestURI" -> path;
            case "getQueryString" -> query;
            case "getHeader" -> headers.get(String.valueOf(arguments[0]).toLowerCase(Locale.ROOT));
            case "getCookies" -> cookies.length == 0 ? null : cookies;
            case "getContentType" -> headers.get("Content-Type");
            case "getContentLengthLong" -> length;
            case "getContentLength" -> (int) length;
            case "getCharacterEncoding", "getUserPrincipal", "getAttribute" -> null;
            case "authenticate" -> false;
            case "getInputStream" -> new Body(body);
            default -> throw new UnsupportedOperationException(question);
        };
    }

    private static final class Body extends ServletInputStream {

        private final InputStream content;

        Body(InputStream content) {
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            return content.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int count) throws IOException {
            return content.read(buffer, offset, count);
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("read by blocking");
        }
    }
}
