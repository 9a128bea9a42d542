package org.taskprogress;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.taskprogress.access.BuiltInIssuer;
import org.taskprogress.store.DataDirectory;

/** Tells whoever has started the program where it is, who can sign in, and where it keeps what. */
@Singleton
class StartupReport {

    private static final System.Logger LOG = System.getLogger(StartupReport.class.getName());

    private final BuiltInIssuer issuer;
    private final DataDirectory data;

    @Inject
    StartupReport(BuiltInIssuer issuer, DataDirectory data) {
        this.issuer = issuer;
        this.data = data;
    }

    void tell(
            @Observes @Priority(100) Startup startup,
            @ConfigProperty(name = "http.host") String host,
            @ConfigProperty(name = "http.port") int port,
            @ConfigProperty(name = "database.url") String database) {
        LOG.log(
                System.Logger.Level.INFO,
                "Task Progress is at http://" + (host.equals("*") ? "localhost" : host) + ":" + port);
        LOG.log(
                System.Logger.Level.INFO,
                "Its data lies in " + data.root() + ", its database is " + withoutSecrets(database));
        if (!issuer.demoAccounts().isEmpty()) {
            String accounts = issuer.demoAccounts().stream()
                    .map(name -> name + " (demo-" + name + ")")
                    .collect(Collectors.joining(", "));
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Demo accounts with known passwords: " + accounts
                            + "; give your own by ACCOUNTS_FILE or JWT_JWKS_URI");
        }
    }

    /** A JDBC URL may carry a password among its parameters. */
    private static String withoutSecrets(String url) {
        return url.replaceFirst("[?;].*", "");
    }
}
