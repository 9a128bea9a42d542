package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.taskprogress.progress.StagePlan.stage;

import org.junit.jupiter.api.Test;

class StagePlanTest {

    private final StagePlan plan =
            StagePlan.of(stage("queued", 0), stage("extraction", 25), stage("embedding", 70), stage("indexing", 5));

    @Test
    void addsTheSharesOfTheStagesBefore() {
        assertThat(plan.percent("queued", 50)).isZero();
        assertThat(plan.percent("extraction", 0)).isZero();
        assertThat(plan.percent("extraction", 100)).isEqualTo(25);
        assertThat(plan.percent("embedding", 50)).isEqualTo(60);
    }

    @Test
    void leavesTheLastPerCentToTheEnd() {
        assertThat(plan.percent("indexing", 100)).isEqualTo(99);
    }

    @Test
    void refusesAStageThatItDoesNotHave() {
        assertThatThrownBy(() -> plan.percent("cleanup", 1)).hasMessageContaining("cleanup");
    }

    @Test
    void refusesSharesThatAreNoWhole() {
        assertThatThrownBy(() -> StagePlan.of(stage("a", 60), stage("b", 60)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAStageThatComesTwice() {
        assertThatThrownBy(() -> StagePlan.of(stage("a", 50), stage("a", 50)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
