package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltinEngineTest implements ScanEngineContract {
    private static final Finding EICAR_FOUND = Finding.of(Action.REJECT, "EICAR test file");
    private static final byte[] EICAR = Signature.EICAR.text().getBytes(UTF_8);
    private static final byte[] PROGRAM = HexFormat.of().parseHex("4d5a90000300000004000000ffff0000");
    private static final byte[] COMPOUND = HexFormat.of().parseHex("d0cf11e0a1b11ae10000000000000000");
    private static final BuiltinLimits SMALL = new BuiltinLimits(4, 6, 3, 10, 4 << 20, 50);

    private final BuiltinEngine engine = new BuiltinEngine(SMALL);

    @Override
    public ScanEngine engine() {
        return engine;
    }

    @ParameterizedTest
    @CsvSource({
        "4d5a90000300000004000000ffff0000, Windows program",
        "7f454c4602010100, ELF program",
        "cffaedfe07000001, macOS program",
        "cafebabe00000045, Java or macOS program",
        "4c0000000114020000000000c000000000000046, Windows shortcut",
        "23407e5e, encoded script",
        "4954534603000000, compiled help file",
    })
    void rejectsAnAttachmentThatRunsWhateverItIsCalled(String head, String kind) throws Exception {
        assertThat(scan(attachment(HexFormat.of().parseHex(head)))).isEqualTo(Finding.of(Action.REJECT, kind));
    }

    @Test
    void rejectsADiskImage() throws Exception {
        var image = new byte[40_000];
        System.arraycopy("CD001".getBytes(UTF_8), 0, image, 0x8001, 5);
        assertThat(scan(attachment(image))).isEqualTo(Finding.of(Action.REJECT, "disk image"));
    }

    @Test
    void takesAWordForNoProgramBecauseOfItsFirstLetters() throws Exception {
        assertThat(scan(attachment("MZ is how it begins, and it goes on as text".getBytes(UTF_8))))
                .isEqualTo(Finding.CLEAN);
    }

    @Test
    void findsEicarInWhateverEncodingAPartHas() throws Exception {
        var quoted = Signature.EICAR.text().replace("=", "=3D").replace("$", "=24");
        assertThat(scan(attachment(EICAR))).isEqualTo(EICAR_FOUND);
        assertThat(scan(multipart("Content-Transfer-Encoding: quoted-printable\n\n" + quoted)))
                .isEqualTo(EICAR_FOUND);
        assertThat(scan(multipart("Content-Type: text/plain\n\n" + Signature.EICAR.text())))
                .isEqualTo(EICAR_FOUND);
    }

    @Test
    void findsEicarBehindMegabytesOfAnAttachment() throws Exception {
        var large = new byte[3 << 20];
        Arrays.fill(large, (byte) 'X');
        System.arraycopy(EICAR, 0, large, large.length - EICAR.length, EICAR.length);
        assertThat(scan(attachment(large))).isEqualTo(EICAR_FOUND);
    }

    @Test
    void findsEicarInAnAttachedMessage() throws Exception {
        assertThat(scan(multipart("Content-Type: message/rfc822\n\n" + attachment(EICAR))))
                .isEqualTo(EICAR_FOUND);
    }

    @Test
    void findsEicarOutsideOfEveryPart() throws Exception {
        assertThat(scan("Content-Type: multipart/mixed; boundary=b\n\n" + Signature.EICAR.text() + "\n--b--\n"))
                .isEqualTo(EICAR_FOUND);
        assertThat(scan("Content-Type: multipart/mixed\n\nno boundary\n" + Signature.EICAR.text()))
                .isEqualTo(new Finding(
                        Action.REJECT, List.of("EICAR test file", "MIME that can be read in several ways"), List.of()));
    }

    @Test
    void findsEicarInArchivesWithinArchives() throws Exception {
        assertThat(scan(attachment(zip("doc.zip", gzip(zip("e.com", EICAR)))))).isEqualTo(EICAR_FOUND);
    }

    @Test
    void rejectsAProgramInAnArchive() throws Exception {
        assertThat(scan(attachment(zip("holiday.jpg", PROGRAM))))
                .isEqualTo(Finding.of(Action.REJECT, "Windows program in an archive"));
    }

    @Test
    void quarantinesDocumentsWithMacrosOldAndNew() throws Exception {
        var project = concat(COMPOUND, new byte[600], "_VBA_PROJECT".getBytes(UTF_16LE));
        var macros = Finding.of(Action.QUARANTINE, "document with macros");
        assertThat(scan(attachment(project))).isEqualTo(macros);
        assertThat(scan(attachment(zip("word/vbaProject.bin", project)))).isEqualTo(macros);
        assertThat(scan(attachment(COMPOUND))).isEqualTo(Finding.CLEAN);
    }

    @Test
    void rejectsAnInstaller() throws Exception {
        var installer = concat(COMPOUND, HexFormat.of().parseHex("84100c0000000000c000000000000046"));
        assertThat(scan(attachment(installer))).isEqualTo(Finding.of(Action.REJECT, "Windows installer package"));
    }

    @Test
    void marksWhatItCannotLookInto() throws Exception {
        assertThat(scan(attachment(HexFormat.of().parseHex("526172211a070100"))))
                .isEqualTo(Finding.of(Action.MARK, "RAR archive that is not looked into"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void marksABzip2FileOfAnyBlockSizeAlsoAnEmptyOne(int blockSize) throws Exception {
        var mark = Finding.of(Action.MARK, "bzip2 file that is not looked into");
        assertThat(scan(attachment(bzip2(PROGRAM, blockSize)))).isEqualTo(mark);
        assertThat(scan(attachment(bzip2(new byte[0], blockSize)))).isEqualTo(mark);
    }

    @Test
    void marksAnEncryptedArchive() throws Exception {
        assertThat(scan(attachment(encryptedInTheDirectory(encryptedItself(stored("secret.txt", noise(64)))))))
                .isEqualTo(Finding.of(Action.MARK, "encrypted zip archive"));
    }

    @Test
    void quarantinesAnEncryptedArchiveThatItCannotLookThrough() throws Exception {
        var zip = encryptedInTheDirectory(encryptedItself(zip("secret.txt", "secret".getBytes(UTF_8))));
        assertThat(scan(attachment(zip)))
                .isEqualTo(new Finding(
                        Action.QUARANTINE,
                        List.of("encrypted zip archive that is not looked through", "encrypted zip archive"),
                        List.of()));
    }

    @Test
    void quarantinesAnArchiveThatIsNotAsEncryptedAsItSays() throws Exception {
        var contradiction = new Finding(
                Action.QUARANTINE,
                List.of("zip archive that contradicts its directory", "encrypted zip archive"),
                List.of());
        assertThat(scan(attachment(encryptedItself(stored("a.exe", noise(64))))))
                .isEqualTo(contradiction);
        var elsewhere = encryptedInTheDirectory(encryptedItself(stored("a.exe", noise(64))));
        elsewhere[directory(elsewhere) + 42]++;
        assertThat(scan(attachment(elsewhere))).isEqualTo(contradiction);
    }

    @Test
    void quarantinesAnArchiveWhateverItBeginsWith() throws Exception {
        var behind = Finding.of(Action.QUARANTINE, "zip archive behind something else");
        var zip = zip("a.txt", "harmless".getBytes(UTF_8));
        assertThat(scan(attachment(concat(new byte[] {'x'}, zip)))).isEqualTo(behind);
        assertThat(scan(attachment(concat(COMPOUND, zip)))).isEqualTo(behind);
    }

    @Test
    void quarantinesAnArchiveThatIsDamaged() throws Exception {
        var zip = zip(
                "a.txt",
                "some text that is long enough to be cut off".repeat(20).getBytes(UTF_8));
        assertThat(scan(attachment(Arrays.copyOf(zip, 50))))
                .isEqualTo(Finding.of(Action.QUARANTINE, "zip archive that cannot be read"));
    }

    @Test
    void quarantinesAnArchiveThatHidesBehindAnother() throws Exception {
        var hidden = zip("b.exe", noise(2000));
        assertThat(scan(attachment(concat(zip("a.txt", "harmless".getBytes(UTF_8)), hidden))))
                .isEqualTo(Finding.of(Action.QUARANTINE, "zip archive behind a zip archive"));
    }

    @Test
    void goesOnBehindAnArchiveThatCannotBeRead() throws Exception {
        var message = multipart(base64Part(Arrays.copyOf(zip("a", new byte[500]), 40)), base64Part(PROGRAM));
        assertThat(scan(message))
                .isEqualTo(new Finding(
                        Action.REJECT, List.of("Windows program", "zip archive that cannot be read"), List.of()));
    }

    @Test
    void looksNoDeeperThanItsLimits() throws Exception {
        var deep = "text".getBytes(UTF_8);
        for (int i = 0; i < 5; i++) {
            deep = zip("inner", deep);
        }
        assertThat(scan(attachment(deep))).isEqualTo(limit("archives are nested too deep"));
        assertThat(scan(attachment(zip("zeros", new byte[3 << 20]))))
                .isEqualTo(limit("archives hold far more than they weigh"));
        var nested = "Content-Type: text/plain\n\nhi\n";
        for (int i = 0; i < 6; i++) {
            nested = "Content-Type: message/rfc822\n\n" + nested;
        }
        assertThat(scan(nested)).isEqualTo(limit("MIME parts are nested too deep"));
        assertThat(scan(multipart("\na", "\nb", "\nc", "\nd", "\ne", "\nf", "\ng")))
                .isEqualTo(limit("too many MIME parts"));
        assertThat(scan(attachment(zipOf(11)))).isEqualTo(limit("too many entries in archives"));
    }

    @Test
    void looksAtNoMoreOfArchivesThanItsLimit() throws Exception {
        assertThat(scan(attachment(zip("noise", noise(5 << 20))))).isEqualTo(limit("archives hold too much"));
    }

    private static byte[] noise(int octets) {
        var noise = new byte[octets];
        new Random(1).nextBytes(noise);
        return noise;
    }

    @Test
    void findsATestMessageBehindWhereALimitStoppedIt() throws Exception {
        var nested = "Content-Type: text/plain\n\nhi\n" + Signature.EICAR.text();
        for (int i = 0; i < 6; i++) {
            nested = "Content-Type: message/rfc822\n\n" + nested;
        }
        assertThat(scan(nested))
                .isEqualTo(new Finding(
                        Action.REJECT, List.of("EICAR test file", "MIME parts are nested too deep"), List.of()));
    }

    private static Finding limit(String reason) {
        return Finding.of(Action.QUARANTINE, reason);
    }

    private Finding scan(String message) throws Exception {
        return engine.scan(Scans.request(message), Scans.soon());
    }

    private static String attachment(byte[] octets) {
        return multipart("Content-Type: text/plain\n\nsee below", base64Part(octets));
    }

    private static String base64Part(byte[] octets) {
        return "Content-Type: image/jpeg; name=holiday.jpg\nContent-Transfer-Encoding: base64\n\n"
                + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(octets);
    }

    private static String multipart(String... parts) {
        var boundary = "b" + Integer.toHexString(List.of(parts).hashCode());
        var begin =
                "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
        return begin + String.join("\n--" + boundary + "\n", parts) + "\n--" + boundary + "--\n";
    }

    private static byte[] zip(String name, byte[] entry) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(octets)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(entry);
        }
        return octets.toByteArray();
    }

    private static byte[] stored(String name, byte[] octets) throws IOException {
        var crc = new CRC32();
        crc.update(octets);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(octets.length);
        entry.setCrc(crc.getValue());
        var archive = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(archive)) {
            zip.putNextEntry(entry);
            zip.write(octets);
        }
        return archive.toByteArray();
    }

    /** Says so in the header before the entry. */
    private static byte[] encryptedItself(byte[] zip) {
        zip[6] |= 1;
        return zip;
    }

    private static byte[] encryptedInTheDirectory(byte[] zip) {
        zip[directory(zip) + 8] |= 1;
        return zip;
    }

    private static int directory(byte[] zip) {
        return new String(zip, ISO_8859_1).indexOf(Signature.ZIP_ENTRY.text());
    }

    private static byte[] zipOf(int entries) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(octets)) {
            for (int i = 0; i < entries; i++) {
                zip.putNextEntry(new ZipEntry("entry" + i));
            }
        }
        return octets.toByteArray();
    }

    private static byte[] gzip(byte[] file) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(octets)) {
            gzip.write(file);
        }
        return octets.toByteArray();
    }

    private static byte[] bzip2(byte[] file, int blockSize) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(octets, blockSize)) {
            bzip2.write(file);
        }
        return octets.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
