package org.taskprogress.task;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForeignJsonTest {

    static Stream<byte[]> hostile() {
        return Stream.of(
                        "",
                        "null",
                        "5",
                        "[]",
                        "\"text\"",
                        "{",
                        "{}}",
                        "{} {}",
                        "{\"a\":}",
                        "{\"a\":NaN}",
                        "{\"a\":Infinity}",
                        "{'a':1}",
                        "{\"a\":\"line\nbreak\"}",
                        "{\"a\":\"\u0000\"}",
                        "\uFEFF{}",
                        "not JSON",
                        "data: x\n\nevent: complete\n\n",
                        "{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
                        "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000),
                        "{\"a\":" + "9".repeat(60_000) + "}",
                        "{\"a\":1e99999999999999999999}",
                        "{\"a\":\"" + "\\".repeat(1_001))
                .map(text -> text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatIsNoObjectOrTooMuchOfOneIsRefusedAtOnce(byte[] payload) {
        Assertions.assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThatThrownBy(() -> ForeignJson.object(payload))
                        .isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void otherEncodingsAreRefused() {
        assertThatThrownBy(() -> ForeignJson.object("{}".getBytes(UTF_16)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ForeignJson.object(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anObjectIsRead() {
        assertThat(ForeignJson.object("{\"a\":{\"b\":[1,2.5,\"ä]}\\\"\"]}}".getBytes(UTF_8)))
                .hasToString("{\"a\":{\"b\":[1,2.5,\"ä]}\\\"\"]}}");
    }

    @Test
    void noGarbageDoesMoreThanToBeRefused() {
        var random = new Random(42);
        byte[] alphabet = "{}[]\",:0123456789.eE+-truefalsnl\\u \n\u00e4".getBytes(UTF_8);
        for (int n = 0; n < 20_000; n++) {
            var payload = new byte[random.nextInt(60)];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                ForeignJson.object(payload);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageStartingWith("this is");
            }
        }
    }
}
