package org.taskprogress.progress;

/** Port: hears what workers of other languages publish by themselves, on the channels of CONTRACT.md, section 6. */
public interface ForeignMessages {

    /**
     * A message that our script has not published. Called on one thread, which everybody's events wait for: returns at once, whatever
     * the message is.
     *
     * @param payload as it came, of any size and kind; it is the hearer's
     */
    void heard(String channel, byte[] payload);
}
