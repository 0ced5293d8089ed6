package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plug-in, from a jar of its own. */
class PluginTransportIT extends TransportContract {
    @TempDir
    static Path directory;

    private static TransportProvider provider;

    @BeforeAll
    static void load() throws Exception {
        var providers = PluginJar.providers(PluginJar.build(directory));
        assertThat(providers).extracting(TransportProvider::type).containsExactly("mbox");
        provider = providers.getFirst();
    }

    private static Transport to(Path file) {
        return provider.create(Map.of("file", file.toString()), "mx-a.example");
    }

    @Override
    Transport open() {
        return to(directory.resolve("mbox").toAbsolutePath());
    }

    @Override
    Transport refusing() {
        return to(directory.toAbsolutePath());
    }

    @Test
    void appendsWholeMessages() {
        var mbox = directory.resolve("appended").toAbsolutePath();
        try (var session = to(mbox).open()) {
            session.deliver(kit.mail(SmtpKit.envelope("a@x.example"), "Subject: x\r\n\r\nFrom here on\r\n"));
        }
        assertThat(mbox).hasContent("From me@example.org Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From here on\n\n");
    }

    @Test
    void saysWhatIsWrongWithItsSettings() {
        assertThat(provider.problems(Map.of("file", "/var/mail/all"))).isEmpty();
        assertThat(provider.problems(Map.of("fiel", "/var/mail/all")))
                .isEqualTo(List.of(
                        "unknown key \"fiel\"; an mbox transport knows \"file\"", "\"file\" must be an absolute path"));
    }

    @Test
    void isMadeFromAConfigurationThatNamesItsType() {
        var settings = new TransportSettings.Plugin(
                "mbox",
                Map.of("file", directory.resolve("named").toAbsolutePath().toString()),
                2);
        var surroundings = RouterKit.surroundings(List.of(provider));
        var transports = new Transports(RouterKit.settings(Map.of("own", settings)), surroundings, kit.shared());

        try (var transport = transports.create(settings);
                var session = transport.open()) {
            assertThat(session.deliver(kit.mail("a@x.example")).relay()).isEqualTo("mbox");
        }
    }
}
