package org.taskprogress.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.taskprogress.testing.FakeRequest;
import org.taskprogress.testing.FakeResponse;

class ProblemTest {

    private final FakeResponse response = new FakeResponse();

    private void answer(ProblemException exception) throws IOException {
        ProblemWriter.write(exception, new FakeRequest("GET", "/api/v1/tasks").build(), response.asServlet());
    }

    @Test
    void hasTheShapeOfAProblemDetail() throws IOException {
        answer(ProblemException.badField("limit", "is a number from 1 to 200"));

        String expected =
                "{\"type\":\"urn:task-progress:problem:bad-request\",\"title\":\"Bad request\",\"status\":400,"
                        + "\"detail\":\"limit: is a number from 1 to 200\",\"instance\":\"/api/v1/tasks\","
                        + "\"errors\":[{\"field\":\"limit\",\"message\":\"is a number from 1 to 200\"}]}";
        assertThat(response.json())
                .isEqualTo(Json.createReader(new StringReader(expected)).readObject());
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
    }

    @Test
    void saysWhenToComeAgainInWholeSecondsRoundedUp() throws IOException {
        answer(ProblemException.retryLater(Problem.Type.TOO_MANY_REQUESTS, "Slowly.", Duration.ofMillis(1_001)));

        assertThat(response.header("Retry-After")).contains("2");
    }

    @Test
    void saysHowToSignIn() throws IOException {
        answer(ProblemException.of(Problem.Type.UNAUTHORIZED, "Sign in."));

        assertThat(response.header("WWW-Authenticate")).contains("Bearer");
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsFoundByItsStatus(Problem.Type type) {
        assertThat(Problem.Type.ofStatus(type.status())).isEqualTo(type);
        assertThat(type.uri().toString()).matches("urn:task-progress:problem:[a-z-]+");
    }

    @Test
    void aStatusWithoutATypeOfItsOwnTakesTheNearest() {
        assertThat(Problem.Type.ofStatus(418)).isEqualTo(Problem.Type.BAD_REQUEST);
        assertThat(Problem.Type.ofStatus(599)).isEqualTo(Problem.Type.INTERNAL);
    }
}
