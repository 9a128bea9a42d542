package org.taskprogress.pipeline.document;

import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The tokenizer of uncased BERT models: clean the text, put blanks around CJK characters, lower case, strip accents,
 * split at blanks and punctuation, then take the longest piece of each word that the vocabulary knows ({@code ##} marks
 * a piece within a word). A word that cannot be put together, or is longer than 100 characters, is {@code [UNK]}.
 * Nothing is cut off. Immutable.
 *
 * @see <a href="https://github.com/google-research/bert/blob/master/tokenization.py">tokenization.py of BERT</a>
 */
final class WordPieceTokenizer {
    private static final int MAX_WORD_CHARACTERS = 100;

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final int longestPiece;

    private WordPieceTokenizer(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = id("[UNK]");
        this.longestPiece =
                vocabulary.keySet().stream().mapToInt(String::length).max().orElse(1);
    }

    /**
     * Reads the vocabulary, {@code model.vocab} of a Hugging Face {@code tokenizer.json}.
     *
     * @throws IOException when there is no such vocabulary in it
     */
    static WordPieceTokenizer read(InputStream json) throws IOException {
        Map<String, Integer> vocabulary = new HashMap<>(65_536);
        try (JsonParser parser = Json.createParser(json)) {
            int depth = 0;
            boolean inModel = false;
            boolean inVocabulary = false;
            String key = "";
            while (parser.hasNext()) {
                switch (parser.next()) {
                    case START_OBJECT -> {
                        depth++;
                        inModel |= depth == 2 && key.equals("model");
                        inVocabulary = inModel && depth == 3 && key.equals("vocab");
                    }
                    case END_OBJECT -> {
                        depth--;
                        inModel &= depth >= 2;
                        inVocabulary = false;
                    }
                    case KEY_NAME -> key = parser.getString();
                    case VALUE_NUMBER -> {
                        if (inVocabulary) {
                            vocabulary.put(key, parser.getInt());
                        }
                    }
                    default -> {}
                }
            }
        }
        if (!vocabulary.containsKey("[UNK]")) {
            throw new IOException("no BERT vocabulary in the tokenizer file");
        }
        return new WordPieceTokenizer(vocabulary);
    }

    /**
     * The id of one piece.
     *
     * @throws IllegalArgumentException when the vocabulary does not have it
     */
    int id(String piece) {
        Integer id = vocabulary.get(piece);
        if (id == null) {
            throw new IllegalArgumentException("not in the vocabulary: " + piece);
        }
        return id;
    }

    /** How many pieces a text has. */
    int count(String text) {
        return pieces(text).length;
    }

    /** The ids of a text's pieces, without {@code [CLS]} and {@code [SEP]}. */
    int[] pieces(String text) {
        Pieces pieces = new Pieces();
        StringBuilder word = new StringBuilder();
        String normal = normalize(text);
        for (int at = 0; at < normal.length(); ) {
            int c = normal.codePointAt(at);
            at += Character.charCount(c);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                addWord(word, pieces);
            } else if (isPunctuation(c) || isCjk(c)) {
                addWord(word, pieces);
                addWord(word.appendCodePoint(c), pieces);
            } else {
                word.appendCodePoint(c);
            }
        }
        addWord(word, pieces);
        return pieces.toArray();
    }

    private static String normalize(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().filter(c -> !isControl(c)).forEach(clean::appendCodePoint);
        String decomposed = Normalizer.normalize(clean, Normalizer.Form.NFD);
        StringBuilder bare = new StringBuilder(decomposed.length());
        decomposed
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(bare::appendCodePoint);
        return bare.toString().toLowerCase(Locale.ROOT);
    }

    private void addWord(StringBuilder word, Pieces pieces) {
        if (word.length() == 0) {
            return;
        }
        if (word.codePointCount(0, word.length()) > MAX_WORD_CHARACTERS || !addPieces(word.toString(), pieces)) {
            pieces.add(unknown);
        }
        word.setLength(0);
    }

    /** Greedy, longest match first; leaves no piece behind when the word cannot be put together. */
    private boolean addPieces(String word, Pieces pieces) {
        int mark = pieces.size;
        int start = 0;
        while (start < word.length()) {
            Integer id = null;
            int end = Math.min(word.length(), start + longestPiece);
            while (end > start) {
                String part = word.substring(start, end);
                id = vocabulary.get(start == 0 ? part : "##" + part);
                if (id != null) {
                    break;
                }
                end--;
            }
            if (id == null) {
                pieces.size = mark;
                return false;
            }
            pieces.add(id);
            start = end;
        }
        return true;
    }

    private static boolean isControl(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> c == 0xfffd;
        };
    }

    private static boolean isPunctuation(int c) {
        // All of ASCII that is neither letter, digit nor blank counts, though Unicode calls some of it symbols.
        if (c < 128) {
            return c > 32 && c < 127 && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static boolean isCjk(int c) {
        return (c >= 0x4e00 && c <= 0x9fff)
                || (c >= 0x3400 && c <= 0x4dbf)
                || (c >= 0x20000 && c <= 0x2a6df)
                || (c >= 0x2a700 && c <= 0x2ceaf)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0x2f800 && c <= 0x2fa1f);
    }

    private static final class Pieces {
        private int[] ids = new int[64];
        private int size;

        void add(int id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size * 2);
            }
            ids[size++] = id;
        }

        int[] toArray() {
            return Arrays.copyOf(ids, size);
        }
    }
}
