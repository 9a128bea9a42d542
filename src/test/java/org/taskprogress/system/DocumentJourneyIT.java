package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.SseEvent;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

class DocumentJourneyIT {

    private static final int PAGES = 120;

    @TempDir
    private static Path directory;

    private static TaskProgressClient alice;

    @BeforeAll
    static void signIn() {
        alice = TaskProgressServer.shared().as("alice");
    }

    @Test
    void aLongPdfIsFollowedThroughAllStagesToItsEnd() {
        String id = alice.upload(Documents.longPdf(directory, PAGES), "journeys");
        try (SseRecorder recorder = alice.stream(id).open()) {
            List<Telling> told = Telling.all(recorder.awaitEnd());

            assertThat(recorder.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
            assertThat(recorder.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
            assertThat(recorder.headers().firstValue("X-Accel-Buffering")).hasValue("no");
            assertThat(recorder.commentTimes()).isNotEmpty();
            assertThat(recorder.retry()).hasValue(java.time.Duration.ofSeconds(3));
            Telling.assertWithoutHole(told);
            Telling.assertSteady(told);
            assertThat(stages(told)).contains("extraction", "chunking", "embedding", "indexing", "completed");
            Telling last = told.get(told.size() - 1);
            assertThat(last.name()).isEqualTo("complete");
            assertThat(last.percent()).isEqualTo(100);
            assertThat(last.payload().getJsonObject("result").getInt("pages")).isEqualTo(PAGES);
            theLogHasEveryEventFromTheFirst(id, told);
            aReconnectionGetsExactlyTheRest(id);
            pollingSaysTheSame(id, last);
        }
    }

    private static void theLogHasEveryEventFromTheFirst(String id, List<Telling> told) {
        List<Telling> recorded = Telling.recorded(alice, id);
        Telling.assertWithoutHole(recorded);
        assertThat(recorded.get(0).seq()).isEqualTo(1);
        assertThat(recorded).filteredOn(Telling::isEnd).hasSize(1);
        assertThat(recorded)
                .extracting(Telling::id)
                .containsAll(told.stream().map(Telling::id).toList());
    }

    private static void aReconnectionGetsExactlyTheRest(String id) {
        List<Telling> recorded = Telling.recorded(alice, id);
        int middle = recorded.size() / 2;
        try (SseRecorder again =
                alice.stream(id).lastEventId(recorded.get(middle).id()).open()) {
            assertThat(Telling.all(again.awaitEnd()))
                    .extracting(Telling::id)
                    .containsExactlyElementsOf(
                            recorded.stream().skip(middle + 1).map(Telling::id).toList());
        }
        try (SseRecorder atTheEnd = alice.stream(id)
                .lastEventId(recorded.get(recorded.size() - 1).id())
                .open()) {
            assertThat(atTheEnd.status()).isEqualTo(204);
        }
    }

    private static void pollingSaysTheSame(String id, Telling last) {
        JsonObject task = alice.task(id);
        assertThat(task.getString("status")).isEqualTo("succeeded");
        assertThat(task.getInt("progress")).isEqualTo(100);
        assertThat(task.getString("stage")).isEqualTo("completed");
        assertThat(task.getString("last_event_id")).isEqualTo(last.id());
        assertThat(task.getJsonObject("result")).isEqualTo(last.payload().getJsonObject("result"));
        assertThat(task.getJsonArray("stages").getValuesAs(JsonObject.class))
                .allSatisfy(stage -> assertThat(stage.getString("status")).isEqualTo("succeeded"))
                .extracting(stage -> stage.getString("name"))
                .containsExactly("extraction", "chunking", "embedding", "indexing");
        JsonObject status = alice.get("/progress/documents/" + id + "/status").json();
        assertThat(status.getString("status")).isEqualTo("completed");
        assertThat(status.getInt("progress")).isEqualTo(100);
        assertThat(status.get("error_message")).isEqualTo(JsonValue.NULL);
        JsonObject document = alice.get("/documents/" + id).json();
        assertThat(document.getInt("text_length")).isGreaterThan(100_000);
        assertThat(document.getInt("chunk_count")).isGreaterThan(PAGES);
    }

    @Test
    void theStreamOfADocumentIsDataOnlyAndBeginsWithConnected() {
        String id = alice.upload(Documents.longPdf(directory, 12), "journeys");
        try (SseRecorder recorder =
                alice.streamAt("/progress/documents/" + id + "/stream").open()) {
            List<SseEvent> events = recorder.awaitEnd();

            assertThat(events).allSatisfy(event -> {
                assertThat(event.event()).isEqualTo("message");
                assertThat(Telling.json(event.data()).getString("document_id")).isEqualTo(id);
            });
            assertThat(events.get(0).id()).isEmpty();
            assertThat(events)
                    .extracting(event -> Telling.json(event.data()).getString("status"))
                    .startsWith("connected", "processing")
                    .endsWith("completed")
                    .containsOnly("connected", "processing", "completed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "testJournalParser.pdf",
                "testPDFVarious.pdf",
                "testWORD_2006ml.docx",
                "EmbeddedPDF.docx",
                "tika434.html",
                "testGroupWiseEml.eml",
                "testODT-TIKA-6000.odt"
            })
    void aDocumentThatNobodyHereWroteIsReadToItsEnd(String name) {
        String id = alice.upload(Documents.ofTika(directory, name), "journeys");

        JsonObject task = alice.awaitEnd(id);

        assertThat(task.getString("status")).as("%s", task).isEqualTo("succeeded");
        assertThat(alice.get("/documents/" + id).json().getInt("text_length")).isPositive();
    }

    @Test
    void aQuestionInOtherWordsFindsTheRightOneOfThreeSubjects() {
        String animals = alice.upload("animals.txt", Subjects.ANIMALS, "search-a");
        String money = alice.upload("money.txt", Subjects.MONEY, "search-b");
        String stars = alice.upload("stars.txt", Subjects.STARS, "search-b");
        List.of(animals, money, stars).forEach(alice::awaitEnd);

        assertThat(best("Which pet can I keep in a small flat?", "&case_id=search-a"))
                .isEqualTo(animals);
        assertThat(best("How much does borrowing cost a household?", "&case_id=search-b"))
                .isEqualTo(money);
        assertThat(best("What is far away in the night sky?", "&case_id=search-b"))
                .isEqualTo(stars);
        assertThat(best("Which pet can I keep in a small flat?", "")).isEqualTo(animals);
        assertThat(alice.search("kitten", "&case_id=search-b").getValuesAs(JsonObject.class))
                .extracting(hit -> hit.getString("document_id"))
                .doesNotContain(animals);
        assertThat(TaskProgressServer.shared().as("bob").search("Which pet can I keep in a small flat?", ""))
                .isEmpty();
    }

    private static String best(String question, String filter) {
        return alice.search(question, filter).getJsonObject(0).getString("document_id");
    }

    private static Set<String> stages(List<Telling> told) {
        return told.stream().map(Telling::stage).collect(Collectors.toSet());
    }
}
