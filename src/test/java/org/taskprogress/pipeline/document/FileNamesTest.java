package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    @ParameterizedTest
    @CsvSource({
        "report.pdf, report.pdf",
        "../../etc/passwd, passwd",
        "C:\\Users\\a\\report.pdf, report.pdf",
        "'my \"own\" report.pdf', 'my \"own\" report.pdf'"
    })
    void keepsTheLastPartOfAPath(String given, String expected) {
        assertThat(FileNames.harmless(given)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"re\nport.pdf", "re\u0000port.pdf", "re\u202Eport.pdf", "re\uD83Dport.pdf", "re\u2028port.pdf"})
    void takesAwayWhatIsNotSeen(String given) {
        assertThat(FileNames.harmless(given)).isEqualTo("report.pdf");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", ".", "..", "a/..", "/", "\n"})
    void namesWhatHasNoName(@Nullable String given) {
        assertThat(FileNames.harmless(given)).isEqualTo("document");
    }

    @Test
    void cutsALongNameBeforeItsExtension() {
        assertThat(FileNames.harmless("n".repeat(300) + ".pdf")).isEqualTo("n".repeat(251) + ".pdf");
    }

    @Test
    void cutsNoCharacterInTwo() {
        assertThat(FileNames.harmless("n".repeat(250) + "😀".repeat(20) + ".pdf"))
                .isEqualTo("n".repeat(250) + ".pdf");
    }
}
