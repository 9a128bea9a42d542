package org.taskprogress.task;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between a row of the table {@code task} and a {@link Task}. */
final class TaskRow {

    private TaskRow() {}

    /** The task without its stages, which are in a table of their own. */
    static Task read(ResultSet row) throws SQLException {
        return new Task(
                new TaskId(row.getString("id")),
                new TaskType(row.getString("type")),
                new Owner(row.getString("owner")),
                row.getString("title"),
                TaskStatus.ofWireName(row.getString("status")),
                row.getBoolean("stalled"),
                row.getInt("attempt"),
                row.getInt("percent"),
                row.getString("stage"),
                row.getDouble("stage_percent"),
                row.getString("message"),
                seconds(row, "eta_seconds"),
                required(row, "created_at"),
                instant(row, "started_at"),
                required(row, "updated_at"),
                instant(row, "finished_at"),
                Optional.ofNullable(row.getString("error")),
                Optional.ofNullable(row.getString("result")).map(TaskRow::json),
                Optional.ofNullable(row.getString("last_event_id")),
                Optional.ofNullable(row.getString("details")).map(TaskRow::json).orElse(JsonValue.EMPTY_JSON_OBJECT),
                List.of());
    }

    static Task.StageRun readStage(ResultSet row) throws SQLException {
        return new Task.StageRun(
                row.getString("name"),
                TaskStatus.ofWireName(row.getString("status")),
                instant(row, "started_at"),
                instant(row, "finished_at"));
    }

    /** The form in which both databases take an instant without looking at their own time zone. */
    static OffsetDateTime utc(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return instant(row, column).orElseThrow(() -> new SQLException(column + " is null"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    private static Optional<Duration> seconds(ResultSet row, String column) throws SQLException {
        long seconds = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
