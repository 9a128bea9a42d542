package org.taskprogress.pipeline.document;

import java.time.Duration;

/**
 * What reading one file may cost.
 *
 * @param characters most characters of text
 * @param pages most pages
 * @param perPage longest wait for one page or block, start of the child included
 * @param perFile longest wait for all of them together; time in which nobody asks for a page is free
 * @param heapMegabytes heap of the child JVM
 */
record ExtractionLimits(long characters, int pages, Duration perPage, Duration perFile, int heapMegabytes) {
    static final ExtractionLimits DEFAULT =
            new ExtractionLimits(5_000_000, 5_000, Duration.ofSeconds(60), Duration.ofMinutes(15), 512);
}
