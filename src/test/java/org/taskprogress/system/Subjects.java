package org.taskprogress.system;

/** Texts of three subjects that have no words in common with the questions that tests ask of them. */
final class Subjects {

    static final String ANIMALS = """
            A kitten sleeps for most of the day and needs little room. Cats clean themselves, bury what they leave, and are
            content on a window sill. A parrot is louder than it looks. Large dogs such as the mastiff want a garden and long walks.
            """;

    static final String MONEY = """
            The central bank raised its rate by half a point in March. Mortgages with a variable rate became dearer at once, and
            families with a loan paid ninety euros more each month. Deposits at banks earned more as well, though not as quickly.
            """;

    static final String STARS = """
            The Andromeda galaxy is two and a half million light years from us. Through a telescope its spiral arms show clouds of
            dust and clusters of young suns. Beyond it lie quasars, whose light left them before our planet was formed.
            """;

    private Subjects() {}
}
