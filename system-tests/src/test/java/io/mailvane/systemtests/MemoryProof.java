package io.mailvane.systemtests;

import java.nio.file.Files;
import java.util.Comparator;

/** {@code ./mailvane prove memory}: what {@link MemoryIT} shows, with mail five times as large. */
final class MemoryProof {
    private MemoryProof() {}

    public static void main(String[] arguments) throws Exception {
        var directory = Files.createTempDirectory("mailvane-memory");
        try {
            new SessionsAtOnce(200, 20_000_000).areRelayed(directory);
            System.out.println("200 sessions of 20 MB at once were relayed in a heap of 256 MB");
        } finally {
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
