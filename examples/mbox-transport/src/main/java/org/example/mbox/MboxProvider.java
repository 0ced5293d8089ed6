package org.example.mbox;

import io.mailvane.outbound.Transport;
import io.mailvane.outbound.TransportProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code type = "mbox"}: every message at the end of one file. */
public final class MboxProvider implements TransportProvider {
    @Override
    public String type() {
        return "mbox";
    }

    @Override
    public List<String> problems(Map<String, Object> settings) {
        var problems = new ArrayList<String>();
        for (var key : settings.keySet()) {
            if (!key.equals("file")) {
                problems.add("unknown key \"" + key + "\"; an mbox transport knows \"file\"");
            }
        }
        if (!(settings.get("file") instanceof String file) || !Path.of(file).isAbsolute()) {
            problems.add("\"file\" must be an absolute path");
        }
        return problems;
    }

    @Override
    public Transport create(Map<String, Object> settings, String hostname) {
        return new MboxTransport(Path.of(settings.get("file").toString()));
    }
}
