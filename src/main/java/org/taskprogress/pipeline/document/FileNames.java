package org.taskprogress.pipeline.document;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the name that a client gave to a file fit to be shown and stored; it is never used as a path. */
final class FileNames {

    static final int MAX_LENGTH = 255;

    private static final int MAX_EXTENSION = 16;
    private static final Pattern PATH = Pattern.compile("^.*[/\\\\]", Pattern.DOTALL);
    /** Control characters, and those that change the direction of text and so can hide an extension. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private FileNames() {}

    /** The last part of the name without unseen characters, at most {@value #MAX_LENGTH} long with its extension kept. */
    static String harmless(@Nullable String given) {
        String name = UNSEEN.matcher(PATH.matcher(given == null ? "" : given).replaceFirst(""))
                .replaceAll("")
                .strip();
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "document";
        }
        if (name.length() <= MAX_LENGTH) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot > 0 && name.length() - dot <= MAX_EXTENSION ? name.substring(dot) : "";
        int end = MAX_LENGTH - extension.length();
        return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end) + extension;
    }
}
