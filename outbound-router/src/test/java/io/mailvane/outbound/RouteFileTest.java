package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.route.Allowed;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts.Pin;
import io.mailvane.route.PeerStrike;
import io.mailvane.route.Permit;
import io.mailvane.route.Route;
import io.mailvane.route.RoutingSettings;
import io.mailvane.route.Setup;
import io.mailvane.route.Tier;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RouteFileTest {
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final QueueId ID = QueueId.of(0, 0, "zone-a");
    private static final Setup SETUP = setup("203.0.113.12");

    @TempDir
    Path folder;

    private final Pins pins = new Pins();
    private final LostReplies lost = new LostReplies();
    private final Egress egress = egress();

    /** @param second the address of a2 */
    private static Setup setup(String second) {
        return new Setup(
                RoutingSettings.DEFAULT,
                List.of(
                        new Setup.OwnAddress("a1", InetAddress.ofLiteral("203.0.113.11"), 1),
                        new Setup.OwnAddress("a2", InetAddress.ofLiteral(second), 1)),
                List.of(new Setup.Smarthost("sh1", 1, 100, Long.MAX_VALUE, new Setup.Account("sh1.example:587", ""))));
    }

    private static Egress egress() {
        return egress(SETUP);
    }

    private static Egress egress(Setup setup) {
        return new Egress(setup, () -> RouterKit.NOW, new Random(1), event -> {}, opening -> {});
    }

    private Path file() {
        return folder.resolve("routes.db");
    }

    private RouteFile kept() {
        for (int i = 0; i < 5; i++) {
            egress.unreached(Permit.plain(new Route(Route.Kind.SMARTHOST, "sh1"), GOOGLE));
        }
        pins.put(ID, GOOGLE, Pin.greylisted("a1", Tier.T0, RouterKit.NOW.plusSeconds(60)));
        pins.put(ID, new ProviderId("other"), Pin.unsure("a2", RouterKit.NOW.plusSeconds(60)));
        pins.put(ID, new ProviderId("past"), Pin.unsure("a2", RouterKit.NOW));
        lost.put(new LostReplies.Lost(ID, List.of(0, 2), RouterKit.NOW.plusSeconds(60)));
        lost.put(new LostReplies.Lost(ID, List.of(1), RouterKit.NOW));
        var file = new RouteFile(file(), egress, pins, lost);
        file.keep();
        return file;
    }

    @Test
    void waysAndPinsComeBack() {
        kept();

        var again = egress();
        var pinned = new Pins();
        var unsure = new LostReplies();
        new RouteFile(file(), again, pinned, unsure).recall();

        assertThat(again.ways(Allowed.ANY).smarthosts())
                .isEqualTo(egress.ways(Allowed.ANY).smarthosts());
        assertThat(again.ways(Allowed.ANY).smarthosts().getFirst().state()).isEqualTo("OPEN");
        assertThat(pinned.find(ID, GOOGLE, RouterKit.NOW))
                .contains(Pin.greylisted("a1", Tier.T0, RouterKit.NOW.plusSeconds(60)));
        assertThat(pinned.find(ID, new ProviderId("other"), RouterKit.NOW))
                .contains(Pin.unsure("a2", RouterKit.NOW.plusSeconds(60)));
        assertThat(pinned.find(ID, new ProviderId("past"), RouterKit.NOW)).isEmpty();
        assertThat(unsure.waiting(RouterKit.NOW))
                .containsExactly(new LostReplies.Lost(ID, List.of(0, 2), RouterKit.NOW.plusSeconds(60)));
        assertThat(folder).isDirectoryContaining(each -> each.equals(file()));
    }

    @Test
    void aPinToAnAddressIsNoneToAnotherOfTheSameName() {
        kept();

        var pinned = new Pins();
        new RouteFile(file(), egress(setup("203.0.113.99")), pinned, new LostReplies()).recall();

        assertThat(pinned.find(ID, GOOGLE, RouterKit.NOW)).isPresent();
        assertThat(pinned.find(ID, new ProviderId("other"), RouterKit.NOW)).isEmpty();
    }

    @Test
    void theFirstStartHasNothingToRecall() {
        new RouteFile(file(), egress, pins, lost).recall();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aDamagedFileIsSetAsideAndChangesNothing() throws Exception {
        kept();
        var octets = Files.readAllBytes(file());
        octets[octets.length / 2] ^= 1;
        Files.write(file(), octets);

        var again = egress();
        new RouteFile(file(), again, new Pins(), new LostReplies()).recall();

        assertThat(again.ways(Allowed.ANY).smarthosts().getFirst().state()).isEqualTo("CLOSED");
        assertThat(folder)
                .isDirectoryContaining("glob:**.unreadable-*")
                .isDirectoryNotContaining(each -> each.equals(file()));
    }

    @Test
    void whatIsKnownAlreadyIsNotWrittenAgain() throws Exception {
        var file = kept();
        Files.delete(file());
        file.keep();
        assertThat(file()).doesNotExist();

        egress.peerStrikes(List.of(new PeerStrike(GOOGLE, "192.0.2.1", RouterKit.NOW)));
        file.keep();
        assertThat(file()).exists();
    }

    @Test
    void aFileThatCannotBeWrittenStopsNothing() throws Exception {
        Files.createDirectories(file().resolve("in the way"));
        assertThat(kept()).isNotNull();
        assertThat(file()).isDirectory();
    }

    /** With a checksum that is right, of what was written so. */
    private void write(byte[] content) throws IOException {
        var sum = new CRC32();
        sum.update(content);
        Files.write(
                file(),
                ByteBuffer.allocate(Long.BYTES + content.length)
                        .putLong(sum.getValue())
                        .put(content)
                        .array());
    }

    @Test
    void saysWhatIsWrongWithAFileAndWhatIsForgottenForIt() throws Exception {
        kept();
        var whole = Files.readAllBytes(file());
        var content = Arrays.copyOfRange(whole, Long.BYTES, whole.length);
        var other = content.clone();
        other[3] = 9;

        assertThat(reason(other)).isEqualTo("it is of format 9, and 4 to 6 are read; the day's quota is counted anew");
        assertThat(reason(Arrays.copyOf(content, 40))).isEqualTo("it ends too early; the day's quota is counted anew");
        assertThat(reason(Arrays.copyOf(content, content.length - 1)))
                .isEqualTo("it ends too early; what follows the ways is not known");
    }

    /** Behind where it is set aside. */
    private String reason(byte[] content) throws IOException {
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(OutboundRouter.class);
        log.start();
        logger.addAppender(log);
        try {
            write(content);
            new RouteFile(file(), egress(), new Pins(), new LostReplies()).recall();
        } finally {
            logger.detachAppender(log);
        }
        try (var aside = Files.list(folder)) {
            Files.delete(aside.findAny().orElseThrow());
        }
        var line = log.list.getLast().getFormattedMessage();
        return line.substring(line.indexOf(": ") + 2, line.length() - 1);
    }
}
