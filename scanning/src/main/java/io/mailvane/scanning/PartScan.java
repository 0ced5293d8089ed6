package io.mailvane.scanning;

import io.mailvane.mail.Verdict.Action;
import io.mailvane.scanning.Inspection.Unclosed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Looks at one decoded part, and into it if it is an archive. One thread. */
final class PartScan {
    private static final Map<Signature, Found> TELLING = new EnumMap<>(Map.of(
            Signature.GTUBE, new Found(Action.REJECT, "GTUBE test message"),
            Signature.EICAR, new Found(Action.REJECT, "EICAR test file"),
            Signature.VBA_PROJECT, new Found(Action.QUARANTINE, "document with macros"),
            Signature.INSTALLER, new Found(Action.REJECT, "Windows installer package")));

    /** Looked for wherever octets go by. */
    static final Set<Signature> ANYWHERE = Set.of(Signature.GTUBE, Signature.EICAR);

    /** Either may be in any octets by chance, hardly both. */
    private static final Set<Signature> ZIP_DIRECTORY = Set.of(Signature.ZIP_ENTRY, Signature.ZIP_END);

    private static final Set<Signature> LOOKED_THROUGH =
            Set.of(Signature.GTUBE, Signature.EICAR, Signature.ZIP_ENTRY, Signature.ZIP_END);

    private static final Set<Signature> IN_COMPOUND_FILES = Set.of(
            Signature.GTUBE,
            Signature.EICAR,
            Signature.VBA_PROJECT,
            Signature.INSTALLER,
            Signature.ZIP_ENTRY,
            Signature.ZIP_END);

    private record Found(Action action, String reason) {}

    private final Inspection inspection;

    PartScan(Inspection inspection) {
        this.inspection = inspection;
    }

    /** Reads {@code octets} to their end, or throws as {@link Inspection} says; does not close them. */
    void scan(InputStream octets) throws IOException {
        scan(octets, 0);
    }

    private void scan(InputStream octets, int archives) throws IOException {
        var part = new BufferedInputStream(new Unclosed(octets));
        part.mark(FileKind.HEAD);
        var kind = FileKind.of(part.readNBytes(FileKind.HEAD));
        part.reset();
        switch (kind.danger()) {
            case RUNS -> inspection.found(Action.REJECT, kind.label() + where(archives));
            case OPENED -> open(kind, part, archives + 1);
            case CLOSED -> inspection.found(Action.MARK, kind.label() + " that is not looked into" + where(archives));
            case LOOKED_THROUGH -> {
                // The search below is all there is to do.
            }
        }
        search(part, kind);
    }

    private static String where(int archives) {
        return archives == 0 ? "" : " in an archive";
    }

    private void open(FileKind kind, InputStream octets, int archives) throws IOException {
        inspection.requireArchiveDepth(archives);
        try {
            if (kind == FileKind.ZIP) {
                unzip(octets, archives);
            } else {
                gunzip(octets, archives);
            }
        } catch (IOException | RuntimeException e) {
            // A library that meets hostile octets may throw anything.
            inspection.unreadable(kind.label());
        }
    }

    private void unzip(InputStream octets, int archives) throws IOException {
        boolean encrypted = false;
        var headers = new ZipHeaders(octets);
        try (var zip = new ZipArchiveInputStream(new Unclosed(headers), "UTF-8", true, false)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                inspection.countEntry();
                scanEntry(zip, entry, archives);
                encrypted |= isEncrypted(entry);
                if (isEncrypted(entry) && entry.getGeneralPurposeBit().usesDataDescriptor()) {
                    // Where such an entry ends only its key tells: what is behind it nobody has seen.
                    inspection.found(Action.QUARANTINE, "encrypted zip archive that is not looked through");
                    return;
                }
            }
        }
        // Programs that look for the directory from behind would open this one; the library has at most 512 octets of
        // it.
        if (found(headers, Set.of(Signature.ZIP_END)).contains(Signature.ZIP_END)) {
            inspection.found(Action.QUARANTINE, "zip archive behind a zip archive");
        }
        // Programs believe the directory: what is encrypted here alone, they would open, and nobody has seen it.
        if (encrypted && headers.contradict()) {
            inspection.found(Action.QUARANTINE, "zip archive that contradicts its directory");
        }
    }

    private void scanEntry(ZipArchiveInputStream zip, ZipArchiveEntry entry, int archives) throws IOException {
        if (isEncrypted(entry)) {
            inspection.found(Action.MARK, "encrypted zip archive");
        } else if (zip.canReadEntryData(entry)) {
            scan(inspection.inflated(zip), archives);
        } else {
            inspection.unreadable(FileKind.ZIP.label());
        }
    }

    private static boolean isEncrypted(ZipArchiveEntry entry) {
        return entry.getGeneralPurposeBit().usesEncryption();
    }

    private void gunzip(InputStream octets, int archives) throws IOException {
        inspection.countEntry();
        try (var gzip = GzipCompressorInputStream.builder()
                .setInputStream(new Unclosed(octets))
                .setDecompressConcatenated(true)
                .get()) {
            scan(inspection.inflated(gzip), archives);
        }
    }

    private void search(InputStream octets, FileKind kind) throws IOException {
        tell(found(octets, kind == FileKind.COMPOUND ? IN_COMPOUND_FILES : signatures(kind.danger())));
    }

    private static Set<Signature> signatures(FileKind.Danger danger) {
        return danger == FileKind.Danger.LOOKED_THROUGH ? LOOKED_THROUGH : ANYWHERE;
    }

    private static Set<Signature> found(InputStream octets, Set<Signature> signatures) throws IOException {
        var searches = new Searches(signatures);
        var buffer = new byte[8192];
        for (int length = octets.read(buffer); length >= 0; length = octets.read(buffer)) {
            searches.accept(buffer, 0, length);
        }
        return searches.found();
    }

    /** Tells what a search has found. */
    void tell(Set<Signature> signatures) {
        signatures.stream()
                .filter(TELLING::containsKey)
                .map(TELLING::get)
                .forEach(what -> inspection.found(what.action(), what.reason()));
        if (signatures.containsAll(ZIP_DIRECTORY)) {
            // Programs that look for the directory from behind open it, whatever it begins with.
            inspection.found(Action.QUARANTINE, "zip archive behind something else");
        }
    }
}
