package org.taskprogress.pipeline.document;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.taskprogress.access.Caller;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.access.Role;
import org.taskprogress.pipeline.Work;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.store.DataDirectory;
import org.taskprogress.store.FileStore;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskAccess;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;

/** The routes of documents, but for their progress (CONTRACT §5). */
@Path("/documents")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Documents")
public class DocumentResource {

    private static final int MAX_QUERY = 1_000;
    private static final int MAX_HITS = 50;

    private final Upload upload;
    private final DocumentRepository documents;
    private final DocumentSearch search;
    private final TaskRepository tasks;
    private final TaskAccess access;
    private final FileStore files;
    private final DataDirectory data;
    private final Work work;
    private final Caller caller;

    @Inject
    public DocumentResource(
            Upload upload,
            DocumentRepository documents,
            DocumentSearch search,
            TaskRepository tasks,
            TaskAccess access,
            FileStore files,
            DataDirectory data,
            Work work,
            CurrentCaller current) {
        this.upload = upload;
        this.documents = documents;
        this.search = search;
        this.tasks = tasks;
        this.access = access;
        this.files = files;
        this.data = data;
        this.work = work;
        this.caller = current.get();
    }

    @POST
    @Path("upload")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Takes a document in: multipart form with file and case_id. The work begins by itself.")
    public Response upload(@Context HttpServletRequest request) throws IOException {
        caller.require(Role.USER);
        Upload.Form form = upload.read(request);
        TaskId id = TaskId.random();
        var document = new Document(
                id,
                form.caseId(),
                form.filename(),
                form.type(),
                form.file().name(),
                form.file().sizeBytes(),
                null);
        try {
            tasks.add(
                    id,
                    DocumentPipeline.TYPE,
                    new Owner(caller.subject()),
                    form.filename(),
                    data.id(),
                    handle -> DocumentRepository.add(handle, document));
        } catch (JdbiException away) {
            files.delete(document.file());
            throw away;
        }
        work.submit(id);
        JsonObject answer = Json.createObjectBuilder()
                .add("id", id.value())
                .add("document_id", id.value())
                .add("task_id", id.value())
                .add("filename", form.filename())
                .add("case_id", form.caseId())
                .add("status", "pending")
                .build();
        return Response.accepted(answer)
                .location(URI.create("/documents/" + id))
                .build();
    }

    @GET
    @Path("{document_id}")
    @Operation(summary = "A document: what it is, and how much text and how many chunks were made of it so far.")
    public JsonObject get(@PathParam("document_id") String id) {
        Task task = access.visible(caller, id);
        Document document = documents
                .find(task.id())
                .orElseThrow(() -> ProblemException.of(Problem.Type.NOT_FOUND, "This task is no document."));
        DocumentRepository.Extent extent = documents.extent(task.id());
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("document_id", task.id().value())
                .add("task_id", task.id().value())
                .add("filename", document.filename())
                .add("case_id", document.caseId())
                .add("type", document.type().name().toLowerCase(java.util.Locale.ROOT))
                .add("size_bytes", document.sizeBytes())
                .add("status", task.status().wireName())
                .add("text_length", extent.characters())
                .add("chunk_count", extent.chunks());
        @Nullable Integer pages = document.pages();
        if (pages == null) {
            json.addNull("pages");
        } else {
            json.add("pages", pages);
        }
        return json.build();
    }

    @GET
    @Path("search")
    @Operation(summary = "Finds places in one's own documents, by their words and by their meaning.")
    public JsonObject search(
            @QueryParam("q") @Nullable String query,
            @QueryParam("case_id") @Nullable String caseId,
            @QueryParam("limit") @DefaultValue("10") String limit)
            throws IOException, InterruptedException {
        caller.require(Role.USER);
        if (query == null || query.isBlank() || query.length() > MAX_QUERY) {
            throw ProblemException.badField("q", "is required, 1 to " + MAX_QUERY + " characters");
        }
        var hits = Json.createArrayBuilder();
        var found = search.search(new Owner(caller.subject()), Optional.ofNullable(caseId), query, hits(limit));
        found.forEach(each -> hits.add(hit(each)));
        return Json.createObjectBuilder().add("hits", hits).build();
    }

    private static JsonObjectBuilder hit(DocumentSearch.Found found) {
        SearchHit hit = found.hit();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("document_id", hit.documentId())
                .add("filename", found.filename())
                .add("chunk", hit.chunk())
                .add("score", hit.score())
                .add("text", hit.text());
        @Nullable Integer page = hit.page();
        return page == null ? json.addNull("page") : json.add("page", page);
    }

    private static int hits(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_HITS) {
                return limit;
            }
        } catch (NumberFormatException noNumber) {
            // Told below, like a number out of range.
        }
        throw ProblemException.badField("limit", "is a number from 1 to " + MAX_HITS);
    }
}
