package org.taskprogress.stream;

import java.time.Instant;
import org.taskprogress.access.Caller;

/**
 * A stream that may begin: everything that could refuse it has been asked.
 *
 * @param caller for whom
 * @param watch what it watches
 * @param format how it is written
 * @param resume from where
 * @param place its place among the limited number of streams
 * @param at when it was admitted; one that has not begun soon after never will
 */
record Admission(
        Caller caller, Watch watch, PayloadFormat format, Resume resume, StreamLimits.Place place, Instant at) {}
