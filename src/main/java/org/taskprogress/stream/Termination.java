package org.taskprogress.stream;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Does something when the process is asked to end (SIGTERM), before it begins to. Open Liberty tells an application of its stop only
 * after it has closed its port and waited half a minute for open requests, and a hook of the JVM runs beside Liberty's own. So the signal
 * itself is caught, by {@code sun.misc.Signal}: there is no other way in Java, and it is called by reflection since the compiler refuses
 * to be told of it. Where a JVM has none, the stop is the server's own.
 */
final class Termination implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Termination.class.getName());
    private static final String SIGNAL = "TERM";

    /** Who would have handled the signal; none if it is not caught. */
    private @Nullable Object usual;

    /** Has this done, on a thread of its own, before what would have been done. */
    synchronized void precede(Runnable first) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (!method.getDeclaringClass().equals(handler)) {
                            return method.invoke(this, arguments);
                        }
                        try {
                            first.run();
                        } finally {
                            passOn(arguments[0]);
                        }
                        return null;
                    });
            usual = handle(ours);
        } catch (ReflectiveOperationException
                | IllegalArgumentException e) { // the JVM has no such class, or was started with -Xrs
            LOG.log(Level.WARNING, "streams will be cut off at a stop, since SIGTERM can't be caught: " + e);
        }
    }

    @Override
    public synchronized void close() {
        if (usual != null) {
            try {
                handle(usual);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a signal that was caught before can be given back", e);
            }
            usual = null;
        }
    }

    /** Without the lock: it returns only after the application has stopped, which closes this. */
    private void passOn(Object signal) throws ReflectiveOperationException {
        Object usual = usual();
        if (usual != null) {
            Class.forName("sun.misc.SignalHandler")
                    .getMethod("handle", signal.getClass())
                    .invoke(usual, signal);
        }
    }

    private synchronized @Nullable Object usual() {
        return usual;
    }

    /** Installs a handler and returns the one before. */
    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance(SIGNAL), handler);
    }
}
