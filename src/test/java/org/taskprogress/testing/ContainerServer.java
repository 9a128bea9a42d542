package org.taskprogress.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes the server that Arquillian starts (see {@code arquillian.xml}): our own configuration without its application, and with what
 * Arquillian needs to reach the server. To be named before Arquillian's extension.
 */
public final class ContainerServer implements BeforeAllCallback {

    private static final String OVERRIDES = """
            <server>
              <featureManager>
                <feature>servlet-6.1</feature>
                <feature>localConnector-1.0</feature>
                <feature>jndi-1.0</feature>
              </featureManager>
              <applicationMonitor updateTrigger="mbean"/>
              <variable name="http.port" value="%d"/>
              <variable name="data.dir" value="%s"/>
            </server>
            """;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (System.getProperty("liberty.home") == null) {
            return; // within the server, where the class runs once more
        }
        ServerDirectory directory = ServerDirectory.make("arquillian");
        Path server = directory.server();
        Path configuration = server.resolve("server.xml");
        Files.writeString(configuration, Files.readString(configuration).replaceAll("<webApplication .*?/>", ""));
        Path overrides = Files.createDirectories(server.resolve("configDropins").resolve("overrides"));
        Files.writeString(
                overrides.resolve("arquillian.xml"),
                OVERRIDES.formatted(
                        TaskProgressServer.freePort(), directory.userDirectory().resolve("data")));
        System.setProperty("liberty.arquillian", directory.userDirectory().toString());
    }

    /**
     * The WAR as it is packaged, and the libraries that the tests in it use; but for the one line of {@code web.xml} that no library is
     * a part of the application: Arquillian's own is, while it tests.
     */
    public static WebArchive application() {
        var application = ShrinkWrap.createFromZipFile(
                WebArchive.class, ServerDirectory.war().toFile());
        return application
                .setWebXML(new StringAsset(webXml(application).replace("<absolute-ordering/>", "")))
                .addAsLibraries(Stream.of(Assertions.class, Awaitility.class, Matcher.class)
                        .map(ContainerServer::jar)
                        .toArray(File[]::new));
    }

    private static String webXml(WebArchive application) {
        try (InputStream content = application.get("WEB-INF/web.xml").getAsset().openStream()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File jar(Class<?> of) {
        try {
            return new File(
                    of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
