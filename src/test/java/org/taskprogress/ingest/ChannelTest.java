package org.taskprogress.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.ingest.Channel.Family;
import org.taskprogress.task.Owner;

class ChannelTest {

    @Test
    void theFirstFamilyNamesOwnerAndTask() {
        Channel channel =
                Channel.parse("task_progress:alice%40example.org:abc-123").orElseThrow();

        assertThat(channel.family()).isEqualTo(Family.TASKS);
        assertThat(channel.owner()).contains(new Owner("alice@example.org"));
        assertThat(channel.task().value()).isEqualTo("abc-123");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "42", "a:b", "ä ö%", "😀", "*", "tenant|user@example.org", "a/b?c#d"})
    void everyOwnerIsFoundByItsEncoding(String subject) {
        var owner = new Owner(subject);

        assertThat(Channel.parse("task_progress:" + owner.encoded() + ":t"))
                .isPresent()
                .get()
                .satisfies(channel -> assertThat(channel.owner()).contains(owner));
    }

    @Test
    void theOthersNameTheTask() {
        assertThat(Channel.parse("document:d-1:progress").orElseThrow().family())
                .isEqualTo(Family.DOCUMENTS);
        assertThat(Channel.parse("batch:b-1:progress").orElseThrow().family()).isEqualTo(Family.BATCHES);
        Channel session = Channel.parse("transcription:status:s-1").orElseThrow();
        assertThat(session.family()).isEqualTo(Family.SESSIONS);
        assertThat(session.task().value()).isEqualTo("s-1");
        assertThat(session.owner()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task_progress:alice",
                "task_progress::t",
                "task_progress:alice:",
                "task_progress:a:b:c",
                "task_progress:al ice:t",
                "task_progress:al@ice:t",
                "task_progress:%61lice:t",
                "task_progress:a%2f:t",
                "task_progress:a%2:t",
                "task_progress:a%zz:t",
                "task_progress:%FF:t",
                "task_progress:%0A:t",
                "task_progress:\u00e4:t",
                "task_progress:alice:t t",
                "task_progress:alice:t\n",
                "document:progress",
                "document:a:b:progress",
                "batch::progress",
                "transcription:status:",
                "transcription:status:*",
                ""
            })
    void nothingElseIsAWorkersChannel(String name) {
        assertThat(Channel.parse(name)).isEmpty();
    }

    @Test
    void aNameOfAMegabyteIsNone() {
        assertThat(Channel.parse("task_progress:alice:" + "t".repeat(1_000_000)))
                .isEmpty();
    }
}
