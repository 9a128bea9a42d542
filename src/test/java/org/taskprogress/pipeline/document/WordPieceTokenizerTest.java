package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ids are those of bert-base-uncased, as published with the model. */
class WordPieceTokenizerTest {
    @SuppressWarnings("NullAway.Init")
    private static WordPieceTokenizer tokenizer;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream json = Objects.requireNonNull(
                WordPieceTokenizerTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json"))) {
            tokenizer = WordPieceTokenizer.read(json);
        }
    }

    @Test
    void knowsTheMarksOfBert() {
        assertThat(tokenizer.id("[PAD]")).isEqualTo(0);
        assertThat(tokenizer.id("[UNK]")).isEqualTo(100);
        assertThat(tokenizer.id("[CLS]")).isEqualTo(101);
        assertThat(tokenizer.id("[SEP]")).isEqualTo(102);
    }

    @Test
    void givesTheKnownIdsOfKnownSentences() {
        assertThat(tokenizer.pieces("Hello, world!")).containsExactly(7592, 1010, 2088, 999);
        assertThat(tokenizer.pieces("The quick brown fox jumps over the lazy dog."))
                .containsExactly(1996, 4248, 2829, 4419, 14523, 2058, 1996, 13971, 3899, 1012);
        assertThat(tokenizer.pieces("embeddings")).containsExactly(7861, 8270, 4667, 2015);
    }

    @Test
    void ignoresCaseAccentsAndControlCharacters() {
        assertThat(tokenizer.pieces("RÉSUMÉ")).isEqualTo(tokenizer.pieces("resume"));
        assertThat(tokenizer.pieces("he\u0000ll\u200bo\ufffd\ud800")).isEqualTo(tokenizer.pieces("hello"));
    }

    @Test
    void takesEachCjkCharacterForAWord() {
        assertThat(tokenizer.pieces("中国")).isEqualTo(tokenizer.pieces("中 国")).hasSize(2);
    }

    @Test
    void callsAWordUnknownThatIsTooLongOrCannotBePutTogether() {
        assertThat(tokenizer.pieces("a".repeat(101))).containsExactly(100);
        assertThat(tokenizer.pieces("a".repeat(100)).length).isGreaterThan(1);
        assertThat(tokenizer.pieces("so \u1c5a\u1c5b so")).containsExactly(2061, 100, 2061);
    }

    @Test
    void cutsNothingOff() {
        assertThat(tokenizer.count("word ".repeat(1_000))).isEqualTo(1_000);
    }

    @Test
    void refusesAFileWithoutVocabulary() {
        assertThatThrownBy(() -> WordPieceTokenizer.read(
                        new ByteArrayInputStream("{\"model\":{}}".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class);
    }
}
