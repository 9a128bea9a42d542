package org.taskprogress.pipeline.document;

import java.text.BreakIterator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of pages into sentences. A sentence may run over a page's end and counts to the page on which it
 * begins; an empty line ends it. It holds at most some thousand characters, whatever comes in, so a text without an end
 * of a sentence is cut.
 */
final class SentenceSplitter {
    private static final int MAX_SENTENCE = 4_000;

    /** A sentence and the page on which it begins. */
    record Sentence(@Nullable Integer page, String text) {}

    private record PageStart(int offset, @Nullable Integer page) {}

    private final BreakIterator boundaries = BreakIterator.getSentenceInstance(Locale.ROOT);
    private final StringBuilder pending = new StringBuilder();
    private final Deque<PageStart> starts = new ArrayDeque<>();

    /** Takes in a page and returns the sentences that are now complete. */
    List<Sentence> feed(Page page) {
        List<Sentence> complete = new ArrayList<>();
        String text = page.text();
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + MAX_SENTENCE);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            begin(page.number());
            appendClean(text, at, end);
            drain(complete, false);
            at = end;
        }
        return complete;
    }

    /** Returns what is left after the last page. */
    List<Sentence> finish() {
        List<Sentence> rest = new ArrayList<>();
        drain(rest, true);
        return rest;
    }

    private void begin(@Nullable Integer page) {
        while (!starts.isEmpty() && starts.getLast().offset() == pending.length()) {
            starts.removeLast();
        }
        starts.addLast(new PageStart(pending.length(), page));
    }

    /** PostgreSQL refuses NUL in text, encoders refuse lone surrogates, and nobody wants to read the other controls. */
    private void appendClean(String text, int from, int to) {
        for (int at = from; at < to; ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            int type = Character.getType(c);
            if (c == '\n' || c == '\u2029') {
                pending.append('\n');
            } else if (Character.isWhitespace(c) || Character.isSpaceChar(c) || type == Character.CONTROL) {
                pending.append(' ');
            } else if (type != Character.SURROGATE && type != Character.UNASSIGNED) {
                pending.appendCodePoint(c);
            }
        }
    }

    private void drain(List<Sentence> into, boolean all) {
        int from = 0;
        for (int end = nextEnd(from, all); end > from; end = nextEnd(from, all)) {
            String text = pending.substring(from, end).replaceAll("\\s+", " ").strip();
            if (!text.isEmpty()) {
                into.add(new Sentence(pageAt(from + leadingBlanks(from, end)), text));
            }
            from = end;
        }
        pending.delete(0, from);
        forget(from);
    }

    private int leadingBlanks(int from, int end) {
        int at = from;
        while (at < end && Character.isWhitespace(pending.charAt(at))) {
            at++;
        }
        return at - from;
    }

    /** The end of the sentence that begins at {@code from}; {@code from} itself while that is not known. */
    private int nextEnd(int from, boolean all) {
        if (from == pending.length()) {
            return from;
        }
        int limit = Math.min(pending.length(), from + MAX_SENTENCE);
        String window = pending.substring(from, limit);
        int paragraph = paragraphEnd(window);
        boundaries.setText(window);
        int sentence = boundaries.next();
        int end = paragraph > 0 ? Math.min(paragraph, sentence) : sentence;
        if (end < window.length() || (all && limit == pending.length())) {
            return from + end;
        }
        return window.length() < MAX_SENTENCE ? from : from + wordEnd(window);
    }

    private static int paragraphEnd(String window) {
        int text = 0;
        while (text < window.length() && Character.isWhitespace(window.charAt(text))) {
            text++;
        }
        int emptyLine = window.indexOf("\n\n", text);
        return emptyLine < 0 ? -1 : emptyLine + 2;
    }

    private static int wordEnd(String window) {
        int blank = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
        if (blank > window.length() / 2) {
            return blank + 1;
        }
        int all = window.length();
        return Character.isHighSurrogate(window.charAt(all - 1)) ? all - 1 : all;
    }

    private @Nullable Integer pageAt(int offset) {
        Integer page = null;
        for (PageStart start : starts) {
            if (start.offset() > offset) {
                break;
            }
            page = start.page();
        }
        return page;
    }

    private void forget(int length) {
        List<PageStart> moved = new ArrayList<>();
        for (PageStart start : starts) {
            if (start.offset() <= length) {
                moved.clear();
            }
            moved.add(new PageStart(Math.max(0, start.offset() - length), start.page()));
        }
        starts.clear();
        starts.addAll(moved);
    }
}
