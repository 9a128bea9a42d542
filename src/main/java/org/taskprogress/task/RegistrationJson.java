package org.taskprogress.task;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.taskprogress.problem.Problem.FieldError;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.TaskRegistry.Registration;

/** Reads the body of a registration, and says all that is wrong with it at once. */
final class RegistrationJson {

    private static final int MAX_TITLE = 500;
    private static final int MAX_STAGE = 64;
    private static final int MAX_STAGES = 50;

    private final JsonObject json;
    private final List<FieldError> errors = new ArrayList<>();

    private RegistrationJson(JsonObject json) {
        this.json = json;
    }

    /** @throws ProblemException 400 with each field that can't be taken */
    static Registration read(JsonObject json) {
        return new RegistrationJson(json).read();
    }

    private Registration read() {
        Optional<TaskId> id = text("task_id").flatMap(this::id);
        Optional<Owner> owner = text("owner").flatMap(this::owner);
        if (!has("owner")) {
            bad("owner", "is required");
        }
        if (!text("type").orElse(TaskType.EXTERNAL.name()).equals(TaskType.EXTERNAL.name())) {
            bad("type", "is external");
        }
        Optional<String> title = text("title");
        if (title.filter(text -> text.length() > MAX_TITLE).isPresent()) {
            bad("title", "has at most " + MAX_TITLE + " characters");
        }
        List<String> stages = stages();
        if (!errors.isEmpty() || owner.isEmpty()) {
            throw ProblemException.badFields(errors);
        }
        TaskId task = id.orElseGet(TaskId::random);
        return new Registration(
                task, owner.get(), title.filter(text -> !text.isBlank()).orElse(task.value()), stages);
    }

    private Optional<TaskId> id(String text) {
        try {
            return Optional.of(new TaskId(text));
        } catch (IllegalArgumentException impossible) {
            bad("task_id", String.valueOf(impossible.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Owner> owner(String text) {
        try {
            return Optional.of(new Owner(text));
        } catch (IllegalArgumentException impossible) {
            bad("owner", String.valueOf(impossible.getMessage()));
            return Optional.empty();
        }
    }

    private List<String> stages() {
        if (!has("stages")) {
            return List.of();
        }
        if (!(json.get("stages") instanceof JsonArray array) || array.size() > MAX_STAGES) {
            bad("stages", "is a list of at most " + MAX_STAGES + " names");
            return List.of();
        }
        List<String> names = array.stream()
                .map(name -> name instanceof JsonString text ? text.getString() : "")
                .toList();
        boolean good = names.stream()
                .allMatch(name -> !name.isBlank()
                        && name.length() <= MAX_STAGE
                        && name.chars().noneMatch(Character::isISOControl));
        if (!good || new HashSet<>(names).size() < names.size()) {
            bad("stages", "are different names of 1 to " + MAX_STAGE + " characters");
        }
        return names;
    }

    private Optional<String> text(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        if (json.get(field) instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        bad(field, "is a text");
        return Optional.empty();
    }

    private boolean has(String field) {
        JsonValue value = json.get(field);
        return value != null && value.getValueType() != JsonValue.ValueType.NULL;
    }

    private void bad(String field, String message) {
        errors.add(new FieldError(field, message));
    }
}
