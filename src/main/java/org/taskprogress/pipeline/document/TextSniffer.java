package org.taskprogress.pipeline.document;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells plain text, HTML and e-mail from each other and from binary files, by the first bytes of a file. */
final class TextSniffer {
    private static final Pattern HTML_START = Pattern.compile(
            "\\A\\s*+(?:<\\?xml[^>]{0,200}>\\s*+)?(?:<!--(?s:.{0,2000}?)-->\\s*+){0,5}<(?:!doctype html|html|head|body|title|meta|script|style|div|table|p|h1)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern MARKUP = Pattern.compile("<[a-z!/]", Pattern.CASE_INSENSITIVE);
    private static final Pattern HEADER_LINE = Pattern.compile("\\A[A-Za-z][A-Za-z0-9-]{0,60}:[ \\t]?\\S");
    private static final Pattern MAIL_HEADER =
            Pattern.compile("(?im)^(?:message-id|mime-version|received|return-path|delivered-to|date):");
    private static final Pattern MAIL_FROM = Pattern.compile("(?im)^from:");

    private TextSniffer() {}

    static Optional<DocumentType> documentType(byte[] head, String extension) {
        Optional<Charset> wide = wideCharset(head);
        if (head.length == 0 || (wide.isEmpty() && isBinary(head))) {
            return Optional.empty();
        }
        String text = new String(head, wide.orElse(StandardCharsets.ISO_8859_1));
        String start = withoutMark(text).stripLeading();
        if (HTML_START.matcher(start).find()) {
            return Optional.of(DocumentType.HTML);
        }
        if (isMarkupOfAnotherKind(start, extension)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (extension) {
                    case "txt", "md", "text" -> DocumentType.TEXT;
                    case "html", "htm", "xhtml" -> MARKUP.matcher(text).find() ? DocumentType.HTML : DocumentType.TEXT;
                    case "eml" -> DocumentType.EMAIL;
                    default -> isEmail(start) ? DocumentType.EMAIL : DocumentType.TEXT;
                });
    }

    private static boolean isEmail(String text) {
        // Mail programs that save one message may put the line in front that separates messages in a mailbox.
        String start = text.startsWith("From ") ? text.substring(text.indexOf('\n') + 1) : text;
        int end = start.replace("\r", "").indexOf("\n\n");
        String headers = end < 0 ? start : start.substring(0, Math.min(start.length(), end * 2));
        return HEADER_LINE.matcher(start).find()
                && MAIL_FROM.matcher(headers).find()
                && MAIL_HEADER.matcher(headers).find();
    }

    /** RTF, PostScript and XML are made of letters, but what they say is not what they hold. */
    private static boolean isMarkupOfAnotherKind(String start, String extension) {
        boolean xml =
                start.startsWith("<?xml") || start.toLowerCase(Locale.ROOT).startsWith("<svg");
        return start.startsWith("{\\rtf")
                || start.startsWith("%!PS")
                || (xml && !extension.equals("txt") && !extension.startsWith("htm") && !extension.equals("xhtml"));
    }

    private static Optional<Charset> wideCharset(byte[] head) {
        if (head.length >= 2 && head[0] == (byte) 0xfe && head[1] == (byte) 0xff) {
            return Optional.of(StandardCharsets.UTF_16BE);
        }
        if (head.length >= 2 && head[0] == (byte) 0xff && head[1] == (byte) 0xfe) {
            return Optional.of(StandardCharsets.UTF_16LE);
        }
        return Optional.empty();
    }

    private static String withoutMark(String text) {
        if (text.startsWith("\ufeff")) {
            return text.substring(1);
        }
        return text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
    }

    /**
     * Text has no NUL and next to no control characters, in any charset but the wide ones, which announce themselves.
     */
    private static boolean isBinary(byte[] head) {
        int controls = 0;
        for (byte b : head) {
            if (b == 0) {
                return true;
            }
            boolean layout = b == '\t' || b == '\n' || b == '\r' || b == '\f' || b == 0x1b;
            if ((b > 0 && b < 0x20 && !layout) || b == 0x7f) {
                controls++;
            }
        }
        return controls * 200 > head.length;
    }
}
