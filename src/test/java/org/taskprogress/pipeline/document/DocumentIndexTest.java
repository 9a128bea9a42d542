package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentIndexTest {
    private static final String PLANTS =
            "Photosynthesis lets green plants turn sunlight, water and carbon dioxide into sugar.";
    private static final String BANK = "The central bank raised its key interest rate to slow down inflation.";
    private static final String FINAL = "The midfielder scored twice and his team won the cup final.";

    @SuppressWarnings("NullAway.Init")
    private static SentenceEmbedder embedder;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private DocumentIndex index;

    @BeforeAll
    static void load() throws IOException {
        embedder = new SentenceEmbedder(2, Executors.defaultThreadFactory());
    }

    @AfterAll
    static void unload() {
        embedder.close();
    }

    @BeforeEach
    void open() throws IOException {
        index = new DocumentIndex(directory.resolve("index"));
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    private void add(String document, long version, String owner, String caseId, String... texts) throws Exception {
        List<float[]> vectors = embedder.embed(List.of(texts));
        List<IndexedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            chunks.add(new IndexedChunk(i, i + 1, texts[i], vectors.get(i)));
        }
        index.add(document, version, owner, caseId, chunks);
    }

    private List<SearchHit> search(String owner, Optional<String> caseId, String query) throws Exception {
        return index.search(owner, caseId, query, embedder.embed(List.of(query)).get(0), 10);
    }

    private List<String> found(String query) throws Exception {
        return search("alice", Optional.empty(), query).stream()
                .map(SearchHit::documentId)
                .toList();
    }

    @Test
    void findsByMeaningAndByWords() throws Exception {
        add("d1", 1, "alice", "c", PLANTS);
        add("d2", 1, "alice", "c", BANK, "The invoice number is INV-4711-X.");
        add("d3", 1, "alice", "c", FINAL);
        assertThat(found("How do leaves make food from light?")).startsWith("d1");
        SearchHit hit = search("alice", Optional.empty(), "INV-4711-X").get(0);
        assertThat(hit).isEqualTo(new SearchHit("d2", 1, hit.score(), "The invoice number is INV-4711-X.", 2));
        assertThat(hit.score()).isGreaterThan(0).isLessThanOrEqualTo(1);
    }

    @Test
    void findsNothingForNonsense() throws Exception {
        add("d1", 1, "alice", "c", PLANTS);
        add("d2", 1, "alice", "c", BANK);
        add("d3", 1, "alice", "c", FINAL);
        assertThat(found("xqzv flurbl grommish")).isEmpty();
        assertThat(found("the and of")).isEmpty();
    }

    @Test
    void showsNobodyAnothersDocumentsAndKeepsCasesApart() throws Exception {
        add("d1", 1, "alice", "c1", PLANTS);
        add("d2", 1, "alice", "c2", PLANTS);
        add("d3", 1, "bob", "c1", PLANTS);
        assertThat(found("green plants")).containsExactlyInAnyOrder("d1", "d2");
        assertThat(search("alice", Optional.of("c2"), "green plants"))
                .extracting(SearchHit::documentId)
                .containsExactly("d2");
        assertThat(search("eve", Optional.empty(), "green plants")).isEmpty();
        assertThat(search("alice", Optional.of("c3"), "green plants")).isEmpty();
    }

    @Test
    void takesAQueryForWordsWhateverSignsAreInIt() throws Exception {
        add("d1", 1, "alice", "c", PLANTS);
        assertThat(found("owner:bob OR *:* [a TO z] \"green plants~ ((\\")).isNotNull();
        assertThat(found("*")).isEmpty();
        assertThat(found("")).isEmpty();
    }

    @Test
    void replacesADocumentWhole() throws Exception {
        add("d1", 1, "alice", "c", PLANTS, FINAL);
        add("d1", 2, "alice", "c", PLANTS);
        assertThat(search("alice", Optional.empty(), "green plants")).hasSize(1);
        assertThat(found("Who scored in the cup final?")).isEmpty();
        assertThat(index.versions()).containsExactly(Map.entry("d1", 2L));
        index.remove("d1");
        index.remove("never there");
        assertThat(index.versions()).isEmpty();
        assertThat(found("green plants")).isEmpty();
    }

    @Test
    void keepsWhatItHasOverARestart() throws Exception {
        add("d1", 7, "alice", "c", PLANTS);
        index.close();
        open();
        assertThat(index.versions()).containsExactly(Map.entry("d1", 7L));
        assertThat(found("green plants")).containsExactly("d1");
    }

    @Test
    void beginsAnewWhenItsFilesAreDamaged() throws Exception {
        for (String kind : List.of(".cfs", ".si", "segments_")) {
            add("d1", 1, "alice", "c", PLANTS);
            index.close();
            damage(kind);
            open();
            assertThat(index.versions()).as(kind).isEmpty();
        }
        add("d1", 1, "alice", "c", PLANTS);
        assertThat(found("green plants")).containsExactly("d1");
    }

    private void damage(String kind) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("index"))) {
            List<Path> hit = files.filter(file -> file.getFileName().toString().contains(kind))
                    .toList();
            assertThat(hit).isNotEmpty();
            for (Path file : hit) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 0x55;
                Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
    }

    @Test
    void leavesAnIndexThatIsInUseAlone() throws Exception {
        add("d1", 1, "alice", "c", PLANTS);
        assertThatThrownBy(() -> new DocumentIndex(directory.resolve("index")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
        assertThat(found("green plants")).containsExactly("d1");
    }

    @Test
    void tellsOfADocumentWithoutChunks() throws Exception {
        index.add("d0", 3, "alice", "c", Collections.emptyList());
        assertThat(index.versions()).containsEntry("d0", 3L);
    }
}
