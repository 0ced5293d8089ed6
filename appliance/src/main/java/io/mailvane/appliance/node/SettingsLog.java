package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.mail.LogLine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.slf4j.Logger;

/** Says once at each start and reload which settings are in force, so that a log explains itself: a line for each table, and what is hardly meant. */
final class SettingsLog {
    private SettingsLog() {}

    static void write(Logger log, Path file, Configuration configuration) {
        writeTables(log, file, configuration.inForce());
        SecretFiles.warn(log, configuration.secretFiles());
        warn(log, configuration.warnings());
    }

    /** @param inForce by path, as it may be shown; what is absent is left out */
    private static void writeTables(Logger log, Path file, Map<String, String> inForce) {
        Map<String, StringJoiner> tables = new LinkedHashMap<>();
        inForce.forEach((setting, value) -> {
            int key = setting.lastIndexOf('.');
            if (!value.equals("none")) {
                tables.computeIfAbsent(setting.substring(0, key), _ -> new StringJoiner(" "))
                        .add(setting.substring(key + 1) + "=" + value.replace("\"", ""));
            }
        });
        log.info("the configuration in force, of {}:", file);
        tables.forEach((table, settings) -> log.info("[{}] {}", table, settings));
    }

    /** What holds and is hardly meant. */
    private static void warn(Logger log, List<String> warnings) {
        warnings.forEach(warning ->
                log.warn("{}", LogLine.event("alarm").field("what", "setting").field("reason", warning)));
    }
}
