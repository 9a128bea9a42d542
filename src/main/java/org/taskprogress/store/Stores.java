package org.taskprogress.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the data directory from the configuration. */
@ApplicationScoped
class Stores {

    @Produces
    @Singleton
    DataDirectory dataDirectory(
            @ConfigProperty(name = "data.dir") String path, @ConfigProperty(name = "instance.name") String instance) {
        return new DataDirectory(path, instance);
    }
}
