package org.taskprogress.task;

/** Texts of a task, made fit to be kept: what is said to people is never worth losing a task's end, so it is changed rather than refused. */
public final class TaskText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final String CUT = "…";

    private TaskText() {}

    /**
     * The text with at most so many UTF-16 units, and without the two things that can't be stored everywhere: NUL, which PostgreSQL
     * refuses, and halves of surrogate pairs, which UTF-8 has no form for.
     *
     * @param max at least 1; a longer text is cut between two characters and ends in an ellipsis
     */
    public static String fit(String text, int max) {
        String whole = storable(text);
        if (whole.length() <= max) {
            return whole;
        }
        int end = max - CUT.length();
        boolean splitsPair = end > 0 && Character.isHighSurrogate(whole.charAt(end - 1));
        return whole.substring(0, splitsPair ? end - 1 : end) + CUT;
    }

    /** The text with a replacement character for each of those two things. */
    public static String storable(String text) {
        if (text.codePoints().allMatch(TaskText::isStorable)) {
            return text;
        }
        var storable = new StringBuilder(text.length());
        text.codePoints().forEach(each -> storable.appendCodePoint(isStorable(each) ? each : REPLACEMENT));
        return storable.toString();
    }

    private static boolean isStorable(int codePoint) {
        return codePoint != 0 && Character.getType(codePoint) != Character.SURROGATE;
    }
}
