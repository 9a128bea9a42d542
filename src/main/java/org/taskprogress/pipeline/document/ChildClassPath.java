package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.taskprogress.pipeline.document.extractor.ExtractorMain;

/**
 * Where the application's classes and libraries lie as files, so that a child JVM can load them: in an expanded WAR, or wherever the
 * build tool has put them when the application runs from the source tree.
 */
final class ChildClassPath {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private ChildClassPath() {}

    /**
     * Looks for them by the application's class loader.
     *
     * @throws IOException if our own classes are not in a file or directory: the WAR was not expanded
     */
    static List<Path> find() throws IOException {
        ClassLoader loader = ExtractorMain.class.getClassLoader();
        String main = ExtractorMain.class.getName().replace('.', '/') + ".class";
        Set<Path> found = new LinkedHashSet<>();
        found.add(container(loader.getResource(main), main)
                .orElseThrow(() -> new IOException("our classes are in no file; the WAR must be expanded")));
        for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
            container(manifest, MANIFEST).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /** The jar or directory of a resource: {@code file:/x/} from {@code wsjar:file:/x.jar!/…} or {@code file:/x/…}. */
    private static Optional<Path> container(URL resource, String name) {
        String url = resource.toString();
        int file = url.indexOf("file:");
        if (file < 0 || !url.endsWith(name)) {
            return Optional.empty();
        }
        String place = url.substring(file, url.length() - name.length()).replaceFirst("!/$", "");
        return place.contains("!/") ? Optional.empty() : Optional.of(Path.of(URI.create(place)));
    }
}
