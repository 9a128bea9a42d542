package org.taskprogress.pipeline.document;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.document.SentenceSplitter.Sentence;

/**
 * Groups the sentences of one document into overlapping chunks of bounded length in tokens. Fed page after page, it
 * holds one chunk and one sentence. The same pages give the same chunks with the same numbers: to go on after a
 * restart, feed all pages to a new chunker and leave out the chunks that are already stored. Not thread-safe.
 */
final class Chunker {
    static final int DEFAULT_MAX_TOKENS = 200;
    static final int DEFAULT_OVERLAP = 40;

    /** The model makes one token of any word beyond 100 characters, so tokens alone do not bound a chunk. */
    private static final int MAX_CHARACTERS_PER_TOKEN = 20;

    private record Unit(@Nullable Integer page, String text, int tokens) {}

    private final ToIntFunction<String> tokenCount;
    private final int maxTokens;
    private final int overlap;
    private final SentenceSplitter sentences = new SentenceSplitter();
    private final Deque<Unit> current = new ArrayDeque<>();
    private int currentTokens;
    private int currentCharacters;
    private int fresh;
    private int nextOrdinal;

    /**
     * @param tokenCount how many tokens the model makes of a text, without its marks for begin and end; must add up
     *     over blanks
     * @param maxTokens most tokens in a chunk
     * @param overlap most tokens of whole sentences that a chunk repeats from the one before
     */
    Chunker(ToIntFunction<String> tokenCount, int maxTokens, int overlap) {
        if (overlap < 0 || overlap * 2 > maxTokens) {
            throw new IllegalArgumentException("overlap " + overlap + " of " + maxTokens + " tokens");
        }
        this.tokenCount = tokenCount;
        this.maxTokens = maxTokens;
        this.overlap = overlap;
    }

    /** Takes in the next page and returns the chunks that are now complete. */
    List<TextChunk> feed(Page page) {
        List<TextChunk> complete = new ArrayList<>();
        sentences.feed(page).forEach(sentence -> add(sentence, complete));
        return complete;
    }

    /** Returns what is left after the last page. */
    List<TextChunk> finish() {
        List<TextChunk> rest = new ArrayList<>();
        sentences.finish().forEach(sentence -> add(sentence, rest));
        if (fresh > 0) {
            rest.add(chunk());
        }
        return rest;
    }

    private void add(Sentence sentence, List<TextChunk> complete) {
        String left = sentence.text();
        while (!left.isEmpty()) {
            int end = fitting(left);
            String text = left.substring(0, end).strip();
            left = left.substring(end).strip();
            int tokens = tokenCount.applyAsInt(text);
            if (tokens > 0) {
                add(new Unit(sentence.page(), text, tokens), complete);
            }
        }
    }

    private void add(Unit unit, List<TextChunk> complete) {
        if (!fits(unit)) {
            if (fresh > 0) {
                complete.add(chunk());
                keepOverlap();
            }
            while (!fits(unit)) {
                drop(current.removeFirst());
            }
        }
        current.addLast(unit);
        currentTokens += unit.tokens();
        currentCharacters += unit.text().length() + 1;
        fresh++;
    }

    private boolean fits(Unit unit) {
        return current.isEmpty()
                || (currentTokens + unit.tokens() <= maxTokens
                        && currentCharacters + unit.text().length() <= maxTokens * MAX_CHARACTERS_PER_TOKEN);
    }

    private void drop(Unit unit) {
        currentTokens -= unit.tokens();
        currentCharacters -= unit.text().length() + 1;
    }

    private void keepOverlap() {
        fresh = 0;
        while (currentTokens > overlap) {
            drop(current.removeFirst());
        }
    }

    private TextChunk chunk() {
        StringBuilder text = new StringBuilder(currentCharacters);
        current.forEach(unit -> text.append(text.isEmpty() ? "" : " ").append(unit.text()));
        return new TextChunk(nextOrdinal++, current.getFirst().page(), text.toString(), currentTokens);
    }

    /**
     * How much of a sentence goes into one chunk: all of it, or as many words as fit, or, of a word that does not fit,
     * as many characters.
     */
    private int fitting(String sentence) {
        int most = Math.min(sentence.length(), maxTokens * MAX_CHARACTERS_PER_TOKEN);
        if (most == sentence.length() && tokenCount.applyAsInt(sentence) <= maxTokens) {
            return most;
        }
        int fits = 1;
        int tooLong = most + 1;
        while (fits + 1 < tooLong) {
            int middle = (fits + tooLong) / 2;
            if (tokenCount.applyAsInt(sentence.substring(0, middle)) <= maxTokens) {
                fits = middle;
            } else {
                tooLong = middle;
            }
        }
        int blank = sentence.lastIndexOf(' ', fits);
        if (blank > fits / 2) {
            return blank;
        }
        return fits < sentence.length() && Character.isLowSurrogate(sentence.charAt(fits)) ? alignedEnd(fits) : fits;
    }

    /** Never between the halves of a character outside the basic plane; one such character always fits. */
    private static int alignedEnd(int fits) {
        return fits == 1 ? 2 : fits - 1;
    }
}
