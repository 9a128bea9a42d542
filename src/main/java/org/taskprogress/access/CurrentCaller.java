package org.taskprogress.access;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** The caller of the present request; set by the access filter before any resource runs. */
@RequestScoped
public class CurrentCaller {

    private @Nullable Caller caller;

    /**
     * The caller. Take it once on the request's thread and hand it on; this bean is empty on any other.
     *
     * @throws IllegalStateException on a route that the access filter lets pass without a token
     */
    public Caller get() {
        if (caller == null) {
            throw new IllegalStateException("nobody is signed in on this route");
        }
        return caller;
    }

    void set(Caller authenticated) {
        this.caller = authenticated;
    }
}
