package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.ingest.Channel.Family;
import org.taskprogress.ingest.Report.BadReportException;
import org.taskprogress.ingest.Report.Kind;
import org.taskprogress.task.ForeignJson;
import org.taskprogress.task.TaskId;

class PayloadsTest {

    private static final TaskId ID = new TaskId("abc-123");

    private static Report read(Family family, String json) {
        return Payloads.read(family, ID, ForeignJson.object(json.getBytes(UTF_8)));
    }

    @Nested
    class Tasks {

        private Report task(String json) {
            return read(Family.TASKS, json);
        }

        @Test
        void aWorkerOfTheDesignIsUnderstood() {
            Report report = task("""
                    {"event_type": "progress", "task_id": "abc-123", "progress": 45, "stage": "transcribing",
                     "message": "Transcribing audio...", "updated_at": "2025-01-15T10:30:00.123456+00:00"}""");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.percent()).hasValue(45);
            assertThat(report.stage()).contains("transcribing");
            assertThat(report.message()).contains("Transcribing audio...");
            assertThat(report.at()).contains(Instant.parse("2025-01-15T10:30:00.123Z"));
            assertThat(report.clamped()).isFalse();
        }

        @Test
        void itsErrorIsUnderstood() {
            Report report = task("""
                    {"event_type": "error", "task_id": "abc-123", "stage": "failed",
                     "error": "Transcription service unavailable", "updated_at": "2025-01-15T10:31:05Z"}""");

            assertThat(report.kind()).isEqualTo(Kind.ERROR);
            assertThat(report.error()).contains("Transcription service unavailable");
            assertThat(report.percent()).isEmpty();
        }

        @Test
        void aCompletionBringsItsResult() {
            Report report = task("""
                    {"event_type":"complete","task_id":"abc-123","progress":100,"stage":"completed","result":{"words":12}}""");

            assertThat(report.kind()).isEqualTo(Kind.COMPLETE);
            assertThat(report.result().getInt("words")).isEqualTo(12);
        }

        @Test
        void whatIsLeftOutIsEmpty() {
            Report report = task("{\"task_id\":\"abc-123\",\"stage\":null,\"message\":null}");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.percent()).isEmpty();
            assertThat(report.stage()).isEmpty();
            assertThat(report.message()).isEmpty();
            assertThat(report.at()).isEmpty();
            assertThat(report.attempt()).isEmpty();
        }

        @Test
        void anErrorInTheStageCancelledIsACancellation() {
            assertThat(task("{\"event_type\":\"error\",\"stage\":\"cancelled\"}")
                            .kind())
                    .isEqualTo(Kind.CANCELLED);
        }

        @ParameterizedTest
        @CsvSource({"'\"45\"',45", "45.7,45.7", "'\"45.5%\"',45.5", "0,0", "100,100", "1e1,10"})
        void numbersMayBeText(String written, double read) {
            assertThat(task("{\"progress\":" + written + "}").percent()).hasValue(read);
        }

        @ParameterizedTest
        @CsvSource({"-1,0", "101,100", "1e400,100", "-1e400,0", "1e999999999,100", "'\"Infinity\"',100"})
        void aPercentageOutOfItsRangeIsMovedIntoIt(String written, double read) {
            Report report = task("{\"progress\":" + written + "}");

            assertThat(report.percent()).hasValue(read);
            assertThat(report.clamped()).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "2025-01-15T10:30:00Z,2025-01-15T10:30:00Z",
            "2025-01-15T10:30:00,2025-01-15T10:30:00Z",
            "2025-01-15 10:30:00.5,2025-01-15T10:30:00.500Z",
            "2025-01-15T12:30:00+02:00,2025-01-15T10:30:00Z"
        })
        void timesMayLackTheirZoneOrHaveAnother(String written, Instant read) {
            assertThat(task("{\"updated_at\":\"" + written + "\"}").at()).contains(read);
        }

        @Test
        void timesMayBeNumbers() {
            assertThat(task("{\"updated_at\":1736937000}").at()).contains(Instant.ofEpochSecond(1_736_937_000));
            assertThat(task("{\"updated_at\":1736937000123}").at()).contains(Instant.ofEpochMilli(1_736_937_000_123L));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"yesterday\"", "\"\"", "-5", "1e300", "\"+999999999-12-31T23:59:59Z\""})
        void aTimeThatNobodyCanReadIsNow(String written) {
            assertThat(task("{\"updated_at\":" + written + "}").at()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"progress\":\"abc\"}",
                    "{\"progress\":\"NaN\"}",
                    "{\"progress\":[]}",
                    "{\"progress\":true}",
                    "{\"stage\":{}}",
                    "{\"stage\":\"a\\nevent: complete\"}",
                    "{\"message\":[1]}",
                    "{\"event_type\":\"heartbeat\"}",
                    "{\"event_type\":\"progress\\n\"}",
                    "{\"event_type\":{}}",
                    "{\"result\":\"text\",\"event_type\":\"complete\"}",
                    "{\"attempt\":0}",
                    "{\"attempt\":1.5}",
                    "{\"attempt\":1e30}",
                    "{\"updated_at\":{}}",
                    "{\"stage_progress\":\"x\"}"
                })
        void aWrongTypeOrValueIsRefused(String json) {
            assertThatThrownBy(() -> task(json))
                    .isInstanceOfSatisfying(
                            BadReportException.class,
                            bad -> assertThat(bad.reason()).isEqualTo(Reason.BAD_PAYLOAD));
        }

        @Test
        void anotherTasksNameIsRefused() {
            assertThatThrownBy(() -> task("{\"task_id\":\"other\",\"progress\":5}"))
                    .isInstanceOfSatisfying(
                            BadReportException.class,
                            bad -> assertThat(bad.reason()).isEqualTo(Reason.WRONG_TASK));
        }

        @Test
        void theEstimateIsTaken() {
            assertThat(task("{\"eta_seconds\":31}").eta()).contains(Duration.ofSeconds(31));
            assertThat(task("{\"eta_seconds\":-1}").eta()).isEmpty();
            assertThat(task("{\"eta_seconds\":1e300}").eta()).isEmpty();
        }
    }

    @Nested
    class Documents {

        @Test
        void aWorkerOfTheDesignIsUnderstood() {
            Report report = read(Family.DOCUMENTS, """
                    {"document_id": "abc-123", "status": "processing", "step": "extraction", "progress": 10,
                     "message": "Extracting text from document.pdf...", "timestamp": "2026-01-03T10:30:45.123456"}""");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.stage()).contains("extraction");
            assertThat(report.percent()).hasValue(10);
            assertThat(report.at()).contains(Instant.parse("2026-01-03T10:30:45.123Z"));
        }

        @Test
        void itsFailureIsUnderstood() {
            Report report = read(Family.DOCUMENTS, """
                    {"document_id":"abc-123","status":"failed","step":"extraction","progress":0,
                     "message":"File not found: x","error":"x"}""");

            assertThat(report.kind()).isEqualTo(Kind.ERROR);
            assertThat(report.error()).contains("x");
        }

        @Test
        void aHundredPerCentIsItsLastWord() {
            Report report = read(Family.DOCUMENTS, "{\"status\":\"processing\",\"step\":\"test\",\"progress\":100}");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.stage()).contains("completed");
        }

        @Test
        void completedIsTheEnd() {
            assertThat(read(Family.DOCUMENTS, "{\"status\":\"completed\",\"progress\":100}")
                            .kind())
                    .isEqualTo(Kind.COMPLETE);
        }

        @Test
        void anotherDocumentIsRefused() {
            assertThatThrownBy(() -> read(Family.DOCUMENTS, "{\"document_id\":\"other\"}"))
                    .isInstanceOf(BadReportException.class);
        }
    }

    @Nested
    class Batches {

        @Test
        void aWorkerOfTheDesignIsUnderstood() {
            Report report = read(Family.BATCHES, """
                    {"stage":"processing_sheets","message":"Progress: 1368/11404 tasks completed","progress_percentage":12.0,
                     "sheets_total":11404,"sheets_processed":1368,"elapsed_seconds":11,"timestamp":"2025-11-20T18:48:11.123456",
                     "error_details":null}""");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.stagePercent()).hasValue(12);
            // 25 + 10 + 5 of the stages before, and 12 % of 35
            assertThat(report.percent()).hasValue(44);
            assertThat(report.details())
                    .hasToString("{\"sheets_total\":11404,\"sheets_processed\":1368,\"elapsed_seconds\":11}");
        }

        @Test
        void theWholeNeverFallsFromStageToStage() {
            double last = -1;
            for (String stage : new String[] {
                "uploading",
                "extracting",
                "organizing_qr",
                "processing_sheets",
                "collecting_results",
                "generating_csv",
                "loading_database",
                "cleanup"
            }) {
                for (int percent = 0; percent <= 100; percent += 50) {
                    Report report = read(
                            Family.BATCHES, "{\"stage\":\"" + stage + "\",\"progress_percentage\":" + percent + "}");
                    assertThat(report.percent().orElseThrow())
                            .isGreaterThanOrEqualTo(last)
                            .isLessThan(100);
                    last = report.percent().orElseThrow();
                }
            }
        }

        @Test
        void itsEndsAreStages() {
            assertThat(read(Family.BATCHES, "{\"stage\":\"completed\",\"progress_percentage\":100}")
                            .kind())
                    .isEqualTo(Kind.COMPLETE);
            Report failed = read(Family.BATCHES, """
                    {"stage":"failed","message":"QR code read failed: Chunk 45/111",
                     "error_details":"QR decode error: Invalid format","elapsed_seconds":142}""");
            assertThat(failed.kind()).isEqualTo(Kind.ERROR);
            assertThat(failed.error()).contains("QR code read failed: Chunk 45/111");
            assertThat(failed.details().getString("error_details")).isEqualTo("QR decode error: Invalid format");
        }

        @Test
        void anUnknownStageSaysNothingOfTheWhole() {
            assertThat(read(Family.BATCHES, "{\"stage\":\"polishing\",\"progress_percentage\":50}")
                            .percent())
                    .isEmpty();
        }
    }

    @Nested
    class Sessions {

        @Test
        void aWorkerOfTheDesignIsUnderstood() {
            Report report = read(Family.SESSIONS, """
                    {"session_id":"abc-123","status":"processing","progress":25,"message":"Transcribing",
                     "timestamp":"2025-01-15T10:30:00.000001"}""");

            assertThat(report.kind()).isEqualTo(Kind.PROGRESS);
            assertThat(report.percent()).hasValue(25);
            assertThat(report.stage()).isEmpty();
        }

        @Test
        void itsEndsAreStatuses() {
            assertThat(read(Family.SESSIONS, "{\"status\":\"completed\",\"progress\":100}")
                            .kind())
                    .isEqualTo(Kind.COMPLETE);
            Report failed = read(Family.SESSIONS, "{\"status\":\"failed\",\"progress\":0,\"message\":\"no\"}");
            assertThat(failed.kind()).isEqualTo(Kind.ERROR);
            assertThat(failed.message()).contains("no");
        }
    }
}
