package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SentenceEmbedderTest {
    @SuppressWarnings("NullAway.Init")
    private static SentenceEmbedder embedder;

    @BeforeAll
    static void load() throws IOException {
        embedder = new SentenceEmbedder(2, Executors.defaultThreadFactory());
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void findsTheSubjectOfAQuestionInOtherWords() throws InterruptedException {
        List<float[]> texts = embedder.embed(List.of(
                "Photosynthesis lets green plants turn sunlight, water and carbon dioxide into sugar.",
                "The central bank raised its key interest rate to slow down inflation.",
                "The midfielder scored twice and his team won the cup final."));
        assertThat(nearest("How do leaves make food from light?", texts)).isEqualTo(0);
        assertThat(nearest("Why did borrowing money become more expensive?", texts))
                .isEqualTo(1);
        assertThat(nearest("Who shot the goals in the football match?", texts)).isEqualTo(2);
    }

    private static int nearest(String question, List<float[]> texts) throws InterruptedException {
        float[] asked = embedder.embed(List.of(question)).get(0);
        int best = 0;
        for (int i = 1; i < texts.size(); i++) {
            best = cosine(asked, texts.get(i)) > cosine(asked, texts.get(best)) ? i : best;
        }
        return best;
    }

    @Test
    void givesUnitVectorsThatHangOnTheTextAlone() throws InterruptedException {
        float[] alone = embedder.embed(List.of("A text.")).get(0);
        List<float[]> among = embedder.embed(List.of("Another, much longer text, in the same call.", "A text.", ""));
        assertThat(among).hasSize(3).allSatisfy(vector -> {
            assertThat(vector).hasSize(SentenceEmbedder.DIMENSIONS);
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        });
        assertThat(among.get(1)).isEqualTo(alone);
    }

    @Test
    void readsALongTextToItsEnd() throws InterruptedException {
        String dull = "The meeting was opened and the minutes were read. ".repeat(50);
        List<float[]> vectors = embedder.embed(List.of(dull, dull + "Volcanoes erupt with lava. ".repeat(50), "Lava"));
        assertThat(cosine(vectors.get(1), vectors.get(2))).isGreaterThan(cosine(vectors.get(0), vectors.get(2)) + 0.2);
    }

    @Test
    void refusesATextWithoutEnd() {
        assertThatThrownBy(() -> embedder.embed(List.of("word ".repeat(20_000))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWorkAfterItIsClosedInsteadOfCrashing() throws IOException {
        SentenceEmbedder closed = new SentenceEmbedder(1, Executors.defaultThreadFactory());
        closed.close();
        assertThatThrownBy(() -> closed.embed(List.of("x"))).isInstanceOf(RejectedExecutionException.class);
    }
}
