package org.taskprogress;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The package table of the architecture, kept. A rule whose classes are gone fails too, so none is dead. */
class ArchitectureTest {

    private static final String OURS = "org.taskprogress";
    private static final String EXTRACTOR = "pipeline.document.extractor";

    /** Which of our packages each may import besides itself. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("problem", Set.of()),
            Map.entry("database", Set.of()),
            Map.entry("store", Set.of("problem")),
            Map.entry("access", Set.of("problem", "store")),
            Map.entry("task", Set.of("access", "problem")),
            Map.entry("progress", Set.of("task")),
            Map.entry("redis", Set.of("progress", "task", "store")),
            Map.entry("stream", Set.of("progress", "task", "access", "problem")),
            Map.entry("ingest", Set.of("progress", "task", "access", "problem")),
            Map.entry("pipeline", Set.of("progress", "task", "store", "access", "problem")),
            Map.entry(
                    "pipeline.document",
                    Set.of("pipeline", EXTRACTOR, "progress", "task", "store", "access", "problem")),
            Map.entry(EXTRACTOR, Set.of()));

    /** The root puts nothing together by hand, so it imports nothing; and whoever comes from outside finds it. */
    private static final Set<String> ROOT_MAY_IMPORT = Set.of("access", "store");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(OURS);

    static Stream<String> packages() {
        return MAY_IMPORT.keySet().stream().sorted();
    }

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        assertThat(CLASSES.getPackage(OURS).getSubpackagesInTree())
                .filteredOn(each -> !each.getClasses().isEmpty())
                .extracting(JavaPackage::getName)
                .containsExactlyInAnyOrderElementsOf(
                        packages().map(ArchitectureTest::full).toList());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyWhatTheTableAllows(String name) {
        check(onlyImports(full(name), MAY_IMPORT.getOrDefault(name, Set.of())));
    }

    @Test
    void theRootImportsOnlyWhatItTellsOfAtTheStart() {
        check(onlyImports(OURS, ROOT_MAY_IMPORT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "stream", "ingest", "pipeline"})
    void isImportedByNobody(String name) {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(full(name) + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(full(name) + ".."));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(OURS + ".(**)").should().beFreeOfCycles());
    }

    @Test
    void onlyRedisKnowsJedis() {
        check(stays("redis.clients..", "redis"));
    }

    @Test
    void onlyPipelinesKnowJakartaBatch() {
        check(stays("jakarta.batch..", "pipeline.."));
    }

    @Test
    void onlyStreamKnowsServerSentEvents() {
        check(stays("jakarta.ws.rs.sse..", "stream"));
    }

    @Test
    void onlyTheExtractorKnowsTheParsers() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(full(EXTRACTOR))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.tika..", "org.apache.pdfbox..", "org.apache.poi.."));
    }

    @Test
    void progressKnowsNeitherContainerNorRest() {
        check(noClasses()
                .that()
                .resideInAPackage(full("progress"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.enterprise..",
                        "jakarta.inject..",
                        "jakarta.ws..",
                        "jakarta.servlet..",
                        "redis.clients.."));
    }

    @Test
    void nothingIsPrintedButByTheExtractorWhichTalksToItsParentSo() {
        check(noClasses().that().resideOutsideOfPackage(full(EXTRACTOR)).should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void nobodyLogsByJavaUtilLogging() {
        check(noClasses().should(USE_JAVA_UTIL_LOGGING));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.getPackage(OURS).getSubpackagesInTree())
                .filteredOn(each -> !each.getClasses().isEmpty())
                .isNotEmpty()
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class), "is annotated with @NullMarked");
        assertThat(CLASSES.getPackage(OURS).isAnnotatedWith(NullMarked.class)).isTrue();
    }

    @Test
    void aResourceHasAPath() {
        check(classes().that().haveSimpleNameEndingWith("Resource").should().beAnnotatedWith(Path.class));
    }

    private static ArchRule onlyImports(String name, Set<String> allowed) {
        String[] packages = Stream.concat(Stream.of(name), allowed.stream().map(ArchitectureTest::full))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(name)
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(OURS + "..")).or(resideInAnyPackage(packages)));
    }

    private static ArchRule stays(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(full(home))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(CLASSES);
    }

    private static String full(String relative) {
        return OURS + "." + relative;
    }
}
