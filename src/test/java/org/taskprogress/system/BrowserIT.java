package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.taskprogress.testing.Browser;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

class BrowserIT {

    private static final Duration WORK_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGES = 120;

    @TempDir
    private Path directory;

    private Browser browser;

    @BeforeEach
    void openBrowser() {
        browser = Browser.open();
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void aFileThatIsChosenMovesItsBarThroughAllStagesWithoutPolling() {
        signIn(TaskProgressServer.shared());
        String task = choose(Documents.longPdf(directory, PAGES));
        int before = browser.requests().size();

        Set<String> stages = watchToTheEnd(task);

        assertThat(bar(task).getDomAttribute("aria-valuenow")).isEqualTo("100");
        assertThat(stages).contains("extraction", "embedding", "completed");
        List<Browser.Request> requests = browser.requests();
        assertThat(requests).anyMatch(request -> request.url().contains("/api/v1/tasks/stream"));
        // One read of what an event does not carry is no polling
        assertThat(requests.subList(before, requests.size()))
                .filteredOn(request -> !request.url().contains("/stream"))
                .hasSizeLessThanOrEqualTo(2);
        search("Where is the harbour with the lantern?");
        assertThat(browser.consoleErrors()).isEmpty();
        browser.screenshot("document-done");
    }

    @Test
    void severalFilesThatAreDroppedAllGetABarOfTheirOwn() {
        signIn(TaskProgressServer.shared());
        int before = bars();

        drop("stars.txt", Subjects.STARS);
        drop("money.txt", Subjects.MONEY);

        await(WORK_TIMEOUT, () -> bars() == before + 2);
        await(
                WORK_TIMEOUT,
                () -> browser.driver()
                                .findElements(By.cssSelector("task-progress[data-status=succeeded]"))
                                .size()
                        >= before + 2);
        search("What is far away in the night sky?");
        assertThat(first("#hits .hit").getText()).contains("Andromeda");
        assertThat(browser.consoleErrors()).isEmpty();
    }

    @Test
    void aBarSurvivesAReloadInTheMiddle() {
        signIn(TaskProgressServer.shared());
        String task = choose(Documents.longPdf(directory, PAGES));
        await(WORK_TIMEOUT, () -> percent(task) >= 35);
        int before = percent(task);

        browser.driver().navigate().refresh();

        await(PAGE_TIMEOUT, () -> percent(task) >= before);
        watchToTheEnd(task);
        assertThat(browser.consoleErrors()).isEmpty();
    }

    @Test
    void aBarSurvivesACrashOfTheServer() {
        try (TaskProgressServer server = TaskProgressServer.start()) {
            signIn(server);
            String task = choose(Documents.longPdf(directory, PAGES));
            await(WORK_TIMEOUT, () -> percent(task) >= 35);

            server.kill();
            await(PAGE_TIMEOUT, () -> !connection().equals("connected"));
            browser.screenshot("server-away");
            server.restart();

            watchToTheEnd(task);
            await(PAGE_TIMEOUT, () -> connection().equals("connected"));
        }
    }

    @Test
    void twoUsersNeverSeeEachOthersTasks() {
        TaskProgressClient bob = TaskProgressServer.shared().as("bob");
        String bobs = bob.upload("secret-of-bob.txt", Subjects.MONEY, "browser");
        bob.awaitEnd(bobs);

        signIn(TaskProgressServer.shared());

        assertThat(browser.driver().findElements(bySelector(bobs))).isEmpty();
        assertThat(browser.driver().getPageSource()).doesNotContain("secret-of-bob");
        first("#sign-out").click();
        await(PAGE_TIMEOUT, () -> first("#username").isDisplayed());
        assertThat(first("#workspace").isDisplayed()).isFalse();
    }

    private void signIn(TaskProgressServer server) {
        browser.driver().get(server.url() + "/");
        await(PAGE_TIMEOUT, () -> isShown("#username"));
        first("#username").sendKeys("alice");
        first("#password").sendKeys("demo-alice");
        first("#sign-in-button").click();
        await(PAGE_TIMEOUT, () -> isShown("#case-id") && connection().equals("connected"));
        first("#case-id").clear();
        first("#case-id").sendKeys("browser");
    }

    /** Chooses a file by the dialog's field, and returns the id of its task. */
    private String choose(Path file) {
        Set<String> known = taskIds();
        first("#file-input").sendKeys(file.toAbsolutePath().toString());
        return Awaitility.await("a bar for the file")
                .atMost(PAGE_TIMEOUT)
                .until(
                        () -> taskIds().stream()
                                .filter(id -> !known.contains(id))
                                .findFirst()
                                .orElse(""),
                        id -> !id.isEmpty());
    }

    /** Drops a file onto the page; a script has to make the event, since the driver has no file manager to drag from. */
    private void drop(String name, String text) {
        browser.driver().executeScript("""
                const data = new DataTransfer();
                data.items.add(new File([arguments[1]], arguments[0], {type: 'text/plain'}));
                for (const type of ['dragenter', 'dragover', 'drop']) {
                  document.body.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));
                }
                """, name, text);
    }

    private void search(String question) {
        first("#search-input").clear();
        first("#search-input").sendKeys(question);
        first("#search-button").click();
        await(PAGE_TIMEOUT, () -> isShown("#hits .hit"));
    }

    /** The stages that the bar showed until it was done. */
    private Set<String> watchToTheEnd(String task) {
        Set<String> stages = new LinkedHashSet<>();
        await(WORK_TIMEOUT, () -> {
            stages.add(attribute(task, "data-stage"));
            return attribute(task, "data-status").equals("succeeded");
        });
        stages.add(attribute(task, "data-stage"));
        return stages;
    }

    private int percent(String task) {
        List<WebElement> bars = browser.driver()
                .findElements(By.cssSelector("task-progress[data-task-id='" + task + "'] [role=progressbar]"));
        return bars.isEmpty()
                ? -1
                : Integer.parseInt(Objects.requireNonNull(bars.get(0).getDomAttribute("aria-valuenow")));
    }

    private WebElement bar(String task) {
        return first("task-progress[data-task-id='" + task + "'] [role=progressbar]");
    }

    private String attribute(String task, String name) {
        return browser.driver().findElements(bySelector(task)).stream()
                .map(element -> Objects.requireNonNullElse(element.getDomAttribute(name), ""))
                .findFirst()
                .orElse("");
    }

    private static By bySelector(String task) {
        return By.cssSelector("task-progress[data-task-id='" + task + "']");
    }

    private int bars() {
        return taskIds().size();
    }

    private Set<String> taskIds() {
        Set<String> ids = new LinkedHashSet<>();
        for (WebElement element : browser.driver().findElements(By.cssSelector("task-progress[data-task-id]"))) {
            ids.add(Objects.requireNonNullElse(element.getDomAttribute("data-task-id"), ""));
        }
        return ids;
    }

    private String connection() {
        return Objects.requireNonNullElse(first("#connection").getDomAttribute("data-connection"), "");
    }

    private WebElement first(String selector) {
        return browser.driver().findElement(By.cssSelector(selector));
    }

    private boolean isShown(String selector) {
        List<WebElement> found = browser.driver().findElements(By.cssSelector(selector));
        return !found.isEmpty() && found.get(0).isDisplayed();
    }

    /** The page redraws while it is looked at, so an element may be gone between two looks. */
    private static void await(Duration timeout, BooleanSupplier condition) {
        Awaitility.await()
                .atMost(timeout)
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(100))
                .ignoreException(org.openqa.selenium.StaleElementReferenceException.class)
                .until(condition::getAsBoolean);
    }
}
