package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }

    private static List<TextChunk> chunks(int maxTokens, int overlap, List<Page> pages) {
        Chunker chunker = new Chunker(ChunkerTest::words, maxTokens, overlap);
        List<TextChunk> chunks = new ArrayList<>();
        pages.forEach(page -> chunks.addAll(chunker.feed(page)));
        chunks.addAll(chunker.finish());
        return chunks;
    }

    private static List<Page> pages(String... texts) {
        return IntStream.range(0, texts.length)
                .mapToObj(i -> new Page(i + 1, texts[i]))
                .toList();
    }

    @Test
    void keepsSentencesWholeAndRepeatsTheLastOfThem() {
        List<TextChunk> chunks = chunks(
                8, 3, pages("One two three four. Five six seven. Eight nine ten eleven. Twelve thirteen fourteen."));
        assertThat(chunks)
                .extracting(TextChunk::text)
                .containsExactly(
                        "One two three four. Five six seven.",
                        "Five six seven. Eight nine ten eleven.",
                        "Eight nine ten eleven. Twelve thirteen fourteen.".replace("Eight nine ten eleven. ", ""));
        assertThat(chunks).extracting(TextChunk::ordinal).containsExactly(0, 1, 2);
    }

    @Test
    void countsASentenceThatRunsOverAPageEndToThePageWhereItBegins() {
        List<TextChunk> chunks = chunks(
                5, 0, pages("First one here. This one goes\n", "over the end. ", "\n\nThe third one begins here."));
        assertThat(chunks)
                .extracting(TextChunk::text)
                .containsExactly("First one here.", "This one goes over the", "end.", "The third one begins here.");
        assertThat(chunks).extracting(TextChunk::page).containsExactly(1, 1, 1, 3);
    }

    @Test
    void endsASentenceAtAnEmptyLine() {
        assertThat(chunks(3, 0, pages("A heading\n\nThe text below")))
                .extracting(TextChunk::text)
                .containsExactly("A heading", "The text below");
    }

    @Test
    void givesTheSameChunksHoweverOftenItIsAsked() {
        List<Page> pages = pages("Some words. And more of them, too! ".repeat(300), "A last page.");
        assertThat(chunks(50, 10, pages)).isEqualTo(chunks(50, 10, pages)).hasSizeGreaterThan(20);
    }

    @Test
    void losesNoWord() {
        String text = IntStream.range(0, 5_000)
                .mapToObj(i -> "w" + i + (i % 13 == 0 ? ". W" : " "))
                .reduce("", String::concat);
        String all = String.join(
                " ", chunks(40, 0, pages(text)).stream().map(TextChunk::text).toList());
        assertThat(all.replaceAll("\\s+", "")).isEqualTo(text.replaceAll("\\s+", ""));
    }

    @Test
    void boundsAChunkOfTextWithoutBlanks() {
        String hostile = "x".repeat(5_000_000);
        assertThat(chunks(200, 40, List.of(new Page(null, hostile))))
                .hasSizeBetween(1_250, 1_260)
                .allSatisfy(chunk -> assertThat(chunk.text()).hasSizeLessThanOrEqualTo(4_000));
    }

    @Test
    void boundsTheTokensOfAChunkThatIsOneWord() {
        Chunker chunker = new Chunker(String::length, 10, 0);
        List<TextChunk> chunks = new ArrayList<>(chunker.feed(new Page(1, "𝕏".repeat(50) + "abcdefghijklmnop")));
        chunks.addAll(chunker.finish());
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.tokens()).isLessThanOrEqualTo(10);
            assertThat(chunk.text().codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
                    .isTrue();
        });
        assertThat(String.join("", chunks.stream().map(TextChunk::text).toList()))
                .isEqualTo("𝕏".repeat(50) + "abcdefghijklmnop");
    }

    @Test
    void dropsWhatADatabaseWouldRefuse() {
        assertThat(chunks(9, 0, pages("a\u0000b \ud800c\udc00 \u0007d")))
                .extracting(TextChunk::text)
                .containsExactly("a b c d");
        assertThat(chunks(9, 0, pages("\u0000\u0001 \n ", ""))).isEmpty();
    }

    @Test
    void refusesAnOverlapThatWouldStandStill() {
        assertThatThrownBy(() -> new Chunker(ChunkerTest::words, 10, 6)).isInstanceOf(IllegalArgumentException.class);
    }
}
