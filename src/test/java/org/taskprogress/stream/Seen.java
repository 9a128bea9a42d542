package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskprogress.progress.Cursor;

/** What clients hold of the events of tasks: proves that nothing is missing, doubled or out of order. */
final class Seen {

    private Seen() {}

    /** The numbers of one task's events, in the order in which they came. */
    static List<Long> seqs(List<Frame.Message> messages, Work task) {
        var seqs = new ArrayList<Long>();
        for (var message : messages) {
            var data = data(message);
            if (task.id().value().equals(data.getString("task_id", "")) && data.containsKey("seq")) {
                seqs.add(data.getJsonNumber("seq").longValue());
            }
        }
        return seqs;
    }

    /** Each task's numbers go on without a hole, counting what was skipped, and the ids grow. */
    static void provesThatNothingIsMissing(List<Frame.Message> messages) {
        Map<String, Long> last = new HashMap<>();
        Cursor id = Cursor.START;
        for (var message : messages) {
            var data = data(message);
            if (message.id() == null || !data.containsKey("seq")) {
                continue;
            }
            assertThat(message.id()).isGreaterThan(id);
            id = message.id();
            long seq = data.getJsonNumber("seq").longValue();
            long skipped = data.getInt("skipped", 0);
            Long before = last.put(data.getString("task_id"), seq);
            if (before != null) {
                assertThat(seq).isEqualTo(before + skipped + 1);
            }
        }
    }

    static JsonObject data(Frame.Message message) {
        try (var reader = Json.createReader(new StringReader(message.data()))) {
            return reader.readObject();
        }
    }
}
