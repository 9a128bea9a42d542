package org.taskprogress.task;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/** Reads the JSON object of a request, of which no more lies in memory than may be. */
public final class RequestJson {

    private RequestJson() {}

    /**
     * The object.
     *
     * @throws ProblemException 400 if it is none, 413 if it has more than {@value ForeignJson#MAX_BYTES} bytes
     */
    public static JsonObject read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(ForeignJson.MAX_BYTES + 1);
        if (bytes.length > ForeignJson.MAX_BYTES) {
            throw ProblemException.of(
                    Problem.Type.TOO_LARGE, "The body has at most " + ForeignJson.MAX_BYTES + " bytes.");
        }
        try {
            return ForeignJson.object(bytes);
        } catch (IllegalArgumentException bad) {
            throw ProblemException.badField("body", String.valueOf(bad.getMessage()));
        }
    }
}
