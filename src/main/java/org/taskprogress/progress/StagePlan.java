package org.taskprogress.progress;

import java.util.List;

/**
 * The stages of a pipeline in their order, each with its share of the whole task, so that per cent of a stage become per cent of the
 * task. The shares are about how long the stages take: then the bar moves evenly.
 */
public final class StagePlan {

    private static final int WHOLE = 100;

    private final List<Stage> stages;

    private StagePlan(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    /**
     * A plan of these stages.
     *
     * @throws IllegalArgumentException if the shares do not add up to 100 or a name comes twice
     */
    public static StagePlan of(Stage... stages) {
        List<Stage> list = List.of(stages);
        if (list.stream().mapToInt(Stage::share).sum() != WHOLE) {
            throw new IllegalArgumentException("the shares of the stages add up to 100");
        }
        if (list.stream().map(Stage::name).distinct().count() != list.size()) {
            throw new IllegalArgumentException("a stage comes once");
        }
        return new StagePlan(list);
    }

    /** A stage with its share, for {@link #of}. */
    public static Stage stage(String name, int share) {
        return new Stage(name, share);
    }

    /** Whether it is one of the plan's stages. */
    public boolean knows(String stage) {
        return stages.stream().anyMatch(each -> each.name().equals(stage));
    }

    /**
     * How far the task is, 0–99: the last per cent is the end itself.
     *
     * @param stage one of the plan's
     * @param stagePercent of that stage, 0–100
     * @throws IllegalArgumentException if the plan has no such stage
     */
    public int percent(String stage, double stagePercent) {
        double before = 0;
        for (Stage each : stages) {
            if (each.name().equals(stage)) {
                return Math.min(WHOLE - 1, (int) (before + each.share() * stagePercent / WHOLE));
            }
            before += each.share();
        }
        throw new IllegalArgumentException("the plan has no stage " + stage);
    }

    /**
     * A stage of a plan.
     *
     * @param name as the contract has it
     * @param share of the whole task, per cent
     */
    public record Stage(String name, int share) {}
}
