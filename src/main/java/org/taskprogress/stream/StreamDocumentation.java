package org.taskprogress.stream;

import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/**
 * Adds to the OpenAPI document what tells the stream routes apart: their method is one, in {@link StreamEndpoint}, and has the rest.
 * Named in {@code microprofile-config.properties}.
 */
public class StreamDocumentation implements OASFilter {

    private static final Map<String, String> SUMMARIES = Map.of(
            "/api/v1/tasks/stream", "Live progress of one or more tasks, or of all of the caller's",
            "/progress/documents/{id}/stream", "Live progress of a document; data only, and the first says connected",
            "/api/batches/{id}/stream", "Live progress of a batch of sheets; all that was recorded comes first",
            "/api/v1/sessions/{id}/status/stream", "Live progress of a recording; data only, the current status first");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        Map<String, PathItem> paths = api.getPaths().getPathItems();
        SUMMARIES.forEach((path, summary) -> {
            PathItem item = paths.get(path);
            if (item != null) {
                describe(path, item.getGET().summary(summary));
            }
        });
    }

    private static void describe(String path, Operation operation) {
        if (path.contains("{id}")) {
            operation.addParameter(
                    parameter("id", Parameter.In.PATH, "The task's id").required(true));
            return;
        }
        operation.addParameter(parameter("task_ids", Parameter.In.QUERY, "1 to 100 ids, separated by commas"));
        operation.addParameter(
                parameter("all", Parameter.In.QUERY, "true: all tasks of the caller, later ones too; never ends"));
        operation.addParameter(
                parameter(
                        "await",
                        Parameter.In.QUERY,
                        "true: an unknown id is a task of the caller's own that has not begun. The stream closes after 5 minutes of nothing"));
    }

    private static Parameter parameter(String name, Parameter.In in, String description) {
        return OASFactory.createParameter()
                .name(name)
                .in(in)
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }
}
