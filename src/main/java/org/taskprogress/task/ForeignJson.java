package org.taskprogress.task;

import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON that anybody may have written. What would overflow a parser's stack (deep nesting) or keep it busy (numbers of ten
 * thousand digits) is refused before a parser sees it. Thread-safe.
 */
public final class ForeignJson {

    /** Largest message of a worker, in bytes (CONTRACT.md, section 6). */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER = 64;

    /** Kept, because the static methods of {@code Json} look the provider up at each call. */
    private static final JsonProvider JSON = JsonProvider.provider();

    private ForeignJson() {}

    /**
     * The object that this is, in UTF-8.
     *
     * @throws IllegalArgumentException if it is no JSON object, or one that nobody needs; the message is for people
     */
    public static JsonObject object(byte[] utf8) {
        String text = decode(utf8);
        refuseExcess(text);
        try (var reader = JSON.createReader(new StringReader(text))) {
            return reader.readObject();
        } catch (RuntimeException e) { // besides JsonException the parser throws others at what it does not like
            throw new IllegalArgumentException("this is no JSON object", e);
        }
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("this is no UTF-8", e);
        }
    }

    private static void refuseExcess(String text) {
        int depth = 0;
        boolean over = false;
        int word = 0;
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (inString) {
                if (each == '\\') {
                    i++;
                } else if (each == '"') {
                    inString = false;
                }
                continue;
            }
            if (over && " \t\r\n".indexOf(each) < 0) {
                throw new IllegalArgumentException("this is more than one JSON object");
            }
            boolean endsWord = true;
            switch (each) {
                case '"' -> inString = true;
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case ',', ':', ' ', '\t', '\r', '\n' -> {}
                default -> endsWord = false;
            }
            over = depth == 0 && (each == '}' || over);
            word = endsWord ? 0 : word + 1;
            if (depth > MAX_DEPTH || word > MAX_NUMBER) {
                throw new IllegalArgumentException("this is nested too deeply, or has too long a number");
            }
        }
    }
}
