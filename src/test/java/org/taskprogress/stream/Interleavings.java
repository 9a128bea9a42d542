package org.taskprogress.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All orders in which some steps can happen, each written as a word with a letter a step. */
final class Interleavings {

    private Interleavings() {}

    /** Every distinct order of the letters in which each prefix is possible. */
    static Stream<String> of(String letters, Predicate<String> possible) {
        char[] sorted = letters.toCharArray();
        Arrays.sort(sorted);
        var words = new ArrayList<String>();
        extend("", new String(sorted), possible, words);
        return words.stream();
    }

    /** That no letter of {@code after} comes more often than the letter before it. */
    static Predicate<String> inTurn(char before, char after) {
        return word -> count(word, after) <= count(word, before);
    }

    private static void extend(String word, String left, Predicate<String> possible, List<String> words) {
        if (left.isEmpty()) {
            words.add(word);
            return;
        }
        for (int i = 0; i < left.length(); i++) {
            boolean seen = i > 0 && left.charAt(i) == left.charAt(i - 1);
            String next = word + left.charAt(i);
            if (!seen && possible.test(next)) {
                extend(next, left.substring(0, i) + left.substring(i + 1), possible, words);
            }
        }
    }

    private static long count(String word, char letter) {
        return word.chars().filter(c -> c == letter).count();
    }
}
