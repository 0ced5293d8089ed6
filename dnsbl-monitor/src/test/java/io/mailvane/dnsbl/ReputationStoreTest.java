package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReputationStoreTest {
    private static final DnsblList ZEN = Lists.shipped("spamhaus-zen");
    private static final IpAddress IP = IpAddress.parse("203.0.113.7");
    private static final Source SOURCE = new Source("a1", IP, true, true);

    @TempDir
    Path folder;

    @Test
    void aCellComesBackAsTheLastKnown() {
        var rules = new CellRules(JudgingSettings.DEFAULT);
        var cell = Cell.unknown(Cells.minute(0));
        for (int minute = 0; minute <= 2; minute += 2) {
            cell = rules.answered(
                    cell,
                    new CellRules.Evidence(
                            Lists.answer(ZEN, "127.0.0.3").withText("listed as CSS"),
                            Cells.by("s" + minute),
                            false,
                            Overlay.NONE,
                            false,
                            Cells.minute(minute)));
        }
        var until = Cells.minute(600).wall();
        cell = cell.muted(Optional.of(new Mute(until, "known", "admin")));
        var slot = new CellSlot(IP, slot(), cell, Cells.minute(2));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(slot);
        }

        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            var recalled = store.recall(List.of(SOURCE), Cells.minute(60)).cells();
            var expected = Cells.recalled(cell);
            assertThat(recalled).containsOnlyKeys(Judge.key(IP, ZEN)).containsValue(expected);
        }
    }

    /** Else an operator is told that what he ordered holds over a restart. */
    @Test
    void knowsThatWhatItWasToKeepIsNotThere() {
        var store = open(DnsblSettings.Keeping.DEFAULT);
        store.keep(Address.unknown(SOURCE, Cells.minute(0)));
        store.force();
        assertThat(store.isWritten()).isTrue();

        store.close();
        store.keep(Address.unknown(SOURCE, Cells.minute(0)).in(State.DISABLED, Cells.minute(1)));
        store.force();
        assertThat(store.isWritten()).isFalse();
    }

    @Test
    void anAddressComesBackInItsStateUnlessItHasAnotherPublicAddress() {
        var address = Address.unknown(SOURCE, Cells.minute(0))
                .sentAt(Cells.minute(1))
                .fell(FlapDamping.STEADY.fallen(Cells.minute(1), RoutingSettings.Flap.DEFAULT), Cells.minute(1))
                .away(new Absence(
                        Optional.of(Cells.minute(1)),
                        new Reach(24, Map.of(new ProviderId("cisco"), 60.0), true),
                        new Reach(90, Map.of(new ProviderId("google"), 18.0), false)))
                .withdrawn(Optional.of(new Withdrawal(
                        "eva",
                        "a new PTR",
                        Cells.minute(1).wall(),
                        Optional.of(Cells.minute(90).wall()))))
                .in(State.DISABLED, Cells.minute(1));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(address);
            var elsewhere = new Source("a1", IpAddress.parse("203.0.113.8"), true, true);

            assertThat(store.recall(List.of(elsewhere), Cells.minute(9)).addresses())
                    .isEmpty();
            var recalled =
                    store.recall(List.of(SOURCE), Cells.minute(9)).addresses().get("a1");
            assertThat(recalled).isNotNull().satisfies(known -> {
                assertThat(known.state()).isEqualTo(address.state());
                assertThat(known.since()).isEqualTo(address.since());
                assertThat(known.flap()).isEqualTo(address.flap());
                assertThat(known.absence()).isEqualTo(address.absence());
                assertThat(known.sent()).isEqualTo(address.sent());
                assertThat(known.withdrawal()).isEqualTo(address.withdrawal());
            });
        }
    }

    /** Else mail leaves by what an operator took out, because somebody gave its source another name. */
    @Test
    void anOperatorsWordGoesWithThePublicAddressWhenItsSourceGetsAnotherName() {
        var renamed = new Source("a9", IP, true, true);
        var disabled = out(Address.unknown(SOURCE, Cells.minute(0)), State.DISABLED, 1);
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(disabled);
            var memory = store.recall(List.of(renamed), Cells.minute(9));
            assertThat(memory.addresses()).containsOnlyKeys("a9");
            assertThat(memory.addresses().get("a9")).isNotNull().satisfies(known -> {
                assertThat(known.source()).isEqualTo(renamed);
                assertThat(known.state()).isEqualTo(State.DISABLED);
                assertThat(known.since()).isEqualTo(disabled.since());
                assertThat(known.withdrawal()).isEqualTo(disabled.withdrawal());
                assertThat(known.resume()).as("it is looked at as a new one").isEqualTo(State.NEW);
            });
            assertThat(memory.formerNames()).containsExactly(Map.entry("a9", "a1"));

            var again = store.recall(List.of(renamed), Cells.minute(10));
            assertThat(again.formerNames()).as("it is told once").isEmpty();
            assertThat(again.addresses().values()).extracting(Address::state).containsExactly(State.DISABLED);
            store.keep(Address.unknown(renamed, Cells.minute(11)).in(State.RECOVERING, Cells.minute(11)));
            assertThat(store.recall(List.of(SOURCE), Cells.minute(12)).addresses())
                    .as("what is back is not out by any name")
                    .isEmpty();
        }
    }

    @Test
    void anOperatorsWordStaysWithTheAddressWhenTwoSourcesExchangeTheirNamesAndBack() {
        var other = IpAddress.parse("203.0.113.8");
        var before = List.of(SOURCE, new Source("a2", other, true, true));
        var after = List.of(new Source("a2", IP, true, true), new Source("a1", other, true, true));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            before.forEach(source ->
                    store.keep(Address.unknown(source, Cells.minute(0)).in(State.ACTIVE, Cells.minute(1))));
            store.keep(out(Address.unknown(after.getFirst(), Cells.minute(0)), State.DRAINING, 2));

            var back = store.recall(before, Cells.minute(9)).addresses();
            assertThat(back).containsOnlyKeys("a1", "a2");
            assertThat(back.get("a1"))
                    .isNotNull()
                    .extracting(Address::state, Address::resume)
                    .containsExactly(State.DRAINING, State.ACTIVE);
            assertThat(back.get("a2")).isNotNull().extracting(Address::state).isEqualTo(State.ACTIVE);

            var exchanged = store.recall(after, Cells.minute(10)).addresses();
            assertThat(exchanged.get("a2"))
                    .isNotNull()
                    .extracting(Address::state)
                    .isEqualTo(State.DRAINING);
            assertThat(exchanged).doesNotContainKey("a1");
        }
    }

    /** Another name is what undoes {@code retire}; and what is over, or older than what is known, takes nothing out. */
    @Test
    void noOtherWordGoesWithTheAddress() {
        var renamed = List.of(new Source("a9", IP, true, true));
        var unknown = Address.unknown(SOURCE, Cells.minute(0));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(out(unknown, State.RETIRED, 1));
            assertThat(store.recall(renamed, Cells.minute(9)).addresses()).isEmpty();
            store.keep(out(unknown, State.DISABLED, 1));
            assertThat(store.recall(renamed, Cells.minute(90)).addresses()).isEmpty();
            store.keep(Address.unknown(renamed.getFirst(), Cells.minute(0)).in(State.RETIRED, Cells.minute(0)));
            assertThat(store.recall(renamed, Cells.minute(9)).addresses().values())
                    .extracting(Address::state)
                    .containsExactly(State.RETIRED);
            store.keep(Address.unknown(renamed.getFirst(), Cells.minute(0)).in(State.ACTIVE, Cells.minute(2)));
            assertThat(store.recall(renamed, Cells.minute(9)).addresses().values())
                    .extracting(Address::state)
                    .containsExactly(State.ACTIVE);
        }
    }

    private static Address out(Address address, State state, int minute) {
        var until = Optional.of(Cells.minute(90).wall());
        return address.resuming(address.goesOn())
                .withdrawn(Optional.of(
                        new Withdrawal("eva", "a new PTR", Cells.minute(minute).wall(), until)))
                .in(state, Cells.minute(minute));
    }

    /** As whoever opens it after the process was killed finds it. */
    @Test
    void whatIsForcedIsThereWithoutAnEnd(@TempDir Path killed) throws IOException {
        var address = Address.unknown(SOURCE, Cells.minute(0)).in(State.RETIRED, Cells.minute(1));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(address);
            store.force();
            Files.copy(folder.resolve("reputation.mv.db"), killed.resolve("reputation.mv.db"));
        }
        try (var store = ReputationStore.open(killed, DnsblSettings.Keeping.DEFAULT, Cells.START)) {
            assertThat(store.recall(List.of(SOURCE), Cells.minute(9)).addresses())
                    .containsOnlyKeys("a1");
        }
    }

    @Test
    void anAddressThatAnOlderVersionWroteDownIsRead() throws IOException {
        var old = """
                {"state":"QUARANTINED","since":1,"step":0,"stepSince":1,"left":1,"resume":"ACTIVE","flap":1000.0,\
                "flapAt":1,"suppressed":null}""";
        var address = JsonMapper.builder()
                .build()
                .readValue(old, Stored.OfAddress.class)
                .address(SOURCE, Cells.minute(9));

        assertThat(address.state()).isEqualTo(State.QUARANTINED);
        assertThat(address.withdrawal()).isEmpty();
        assertThat(address.absence().fall()).isEqualTo(Reach.EVERYWHERE);
    }

    @Test
    void namesComeBackWithHowGraveItIsWhatIsWrongWithThem() {
        var source = new Source(
                "a1",
                IP,
                true,
                true,
                Optional.of("out1.example"),
                List.of("shop.example", "new.example"),
                Optional.empty());
        var names = new NameSlot(source, Duration.ofMinutes(1), Duration.ofMinutes(30), Map.of(), Cells.minute(0));
        var wrong = new NameFinding.Wrong("v=spf1 of shop.example says ~all", NameFinding.Weight.FROWNED_ON);
        names.found(
                Map.of(
                        NameFinding.Own.PTR,
                        new NameFinding.Right(),
                        NameFinding.Own.SPF,
                        new NameFinding.Wrong("v=spf1 of out1.example says -all"),
                        new NameFinding.Sender("shop.example"),
                        wrong),
                new Random(1),
                Cells.minute(1));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(names);
        }
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            var recalled =
                    store.recall(List.of(source), Cells.minute(1)).names().getOrDefault("a1", Map.of());
            assertThat(recalled).isEqualTo(names.standings());
        }
    }

    /** As the version before SPF wrote it. */
    @Test
    void namesThatAnEarlierVersionWroteAreRead() throws IOException {
        var json = """
                {"ptr":{"right":true,"claimed":"","since":null,"confirmed":false},
                "helo":{"right":true,"claimed":"EHLO says another","since":0,"confirmed":true}}""";
        var stored = JsonMapper.builder().build().readValue(json, Stored.OfNames.class);

        assertThat(stored.standings(Cells.minute(0)))
                .containsOnlyKeys(NameFinding.Own.PTR, NameFinding.Own.HELO)
                .hasEntrySatisfying(
                        NameFinding.Own.HELO,
                        helo -> assertThat(helo.isRefused()).isTrue());
    }

    @Test
    void whatOperatorsWereAskedComesBack() {
        var used = Map.of("spamhaus", new OperatorBudget.Use(Cells.minute(3).wall(), List.of(7, 0, 20)));
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(used);
        }
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            assertThat(store.recall(List.of(), Cells.minute(9)).used()).isEqualTo(used);
        }
    }

    @Test
    void whatReceiversTaughtComesBackUntilItIsForgotten() {
        var google = new Learned.About("spamcop", new ProviderId("google"));
        var gmx = new Learned.About("spamcop", new ProviderId("gmx.net"));
        var gone = new Learned.About("psbl", new ProviderId("gmx.net"));
        var cited = new Learned.Cited(Cells.minute(1), "550 listed \"here\"");
        var took = new Learned.Took(Cells.minute(2), 3, 512);
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(google, Optional.of(cited));
            store.keep(gmx, Optional.of(took));
            store.keep(gone, Optional.of(took));
            store.keep(gone, Optional.empty());
        }
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            assertThat(store.recall(List.of(), Cells.minute(9)).learned()).isEqualTo(Map.of(google, cited, gmx, took));
        }
    }

    /** Of a later version, or of a broken disk. */
    @Test
    void anEntryThatMeansNothingIsAsGoodAsNoneAndTheOthersStand() {
        var google = new Learned.About("spamcop", new ProviderId("google"));
        var took = new Learned.Took(Cells.minute(2), 3, 512);
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(google, Optional.of(took));
            store.keep(event(1));
        }
        write("learned", "a", "{'list':'spamcop','provider':'GMX','at':0,'halvings':1,'messages':1}");
        write("learned", "b", "{'list':'spamcop','provider':'gmx.net','at':0,'halvings':-1,'messages':1}");
        write("learned", "c", "{'at':0,'halvings':1,'messages':1}");
        write("learned", "d", "nothing");
        write("cells", "e", "{'state':'LATER','since':0,'positiveTtlMillis':0}");
        write("events", 2L, "{'at':0,'kind':'LATER','subject':'','object':'','from':'','to':'','cause':''}");

        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            var memory = store.recall(List.of(), Cells.minute(9));
            assertThat(memory.learned()).isEqualTo(Map.of(google, took));
            assertThat(memory.cells()).isEmpty();
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(1);
        }
    }

    private <K> void write(String map, K key, String text) {
        try (var store = MVStore.open(folder.resolve("reputation.mv.db").toString())) {
            store.<K, String>openMap(map).put(key, text.replace('\'', '"'));
        }
    }

    @Test
    void theHistoryIsBoundedByCountAndAge() {
        try (var store = open(new DnsblSettings.Keeping(3, Duration.ofHours(1)))) {
            for (int minute = 0; minute < 5; minute++) {
                store.keep(event(minute));
            }
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(4, 3, 2);
            store.keep(event(63));
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(63, 4, 3);
            store.keep(event(64));
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(64, 63, 4);
        }
        try (var store = open(new DnsblSettings.Keeping(3, Duration.ofHours(1)))) {
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(64, 63, 4);
            assertThat(minutes(store, HistoryFilter.ALL.since(Cells.minute(63).wall())))
                    .containsExactly(64, 63);
            assertThat(minutes(
                            store,
                            new HistoryFilter(
                                    Optional.empty(), Set.of(Kind.LIST), Optional.empty(), Optional.empty(), 10)))
                    .isEmpty();
        }
    }

    /** As after the way back to an earlier version, which knows fewer states and kinds. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"state\":\"FAMOUS\",\"since\":1,\"positiveTtlMillis\":1}",
                "{\"since\":1,\"positiveTtlMillis\":1}",
                "{\"state\":\"LISTED\",\"since\":1,\"positiveTtlMillis\":1}",
                "null",
                "{",
            })
    void anEntryThatMeansNothingIsAsGoodAsNone(String entry) {
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            store.keep(new CellSlot(IP, slot(), Cell.unknown(Cells.minute(0)), Cells.minute(0)));
            store.keep(event(1));
        }
        try (var file = new MVStore.Builder()
                .fileName(folder.resolve("reputation.mv.db").toString())
                .open()) {
            for (var name : List.of("cells", "addresses", "names", "used", "told")) {
                file.<String, String>openMap(name).put("x", entry);
            }
            file.<String, String>openMap("addresses").put("a1 " + IP, entry);
            file.<String, String>openMap("names").put("a1 " + IP + " -", entry);
            file.<Long, String>openMap("events").put(9L, entry);
        }

        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            var known = store.recall(List.of(SOURCE), Cells.minute(60));
            assertThat(known.cells()).containsOnlyKeys(Judge.key(IP, ZEN));
            assertThat(known.addresses()).isEmpty();
            assertThat(known.used()).isEmpty();
            assertThat(known.told()).hasSize(1);
            store.keep(event(2));
            assertThat(minutes(store, HistoryFilter.ALL)).containsExactly(2, 1);
        }
    }

    @Test
    void aFileThatIsDamagedAnywhereIsSetAside() throws IOException {
        try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
            for (int minute = 0; minute < 2000; minute++) {
                store.keep(event(minute));
            }
        }
        var file = folder.resolve("reputation.mv.db");
        var whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 8 * 1024) {
            var damaged = whole.clone();
            Arrays.fill(damaged, at, Math.min(at + 1024, damaged.length), (byte) 0xee);
            Files.write(file, damaged);

            try (var store = ReputationStore.open(folder, DnsblSettings.Keeping.DEFAULT, Cells.START.plusMillis(at))) {
                store.keep(event(1));
            }
            try (var store = open(DnsblSettings.Keeping.DEFAULT)) {
                assertThat(minutes(store, HistoryFilter.ALL))
                        .as("damaged at %d: what is read is whole back to its begin", at)
                        .startsWith(1)
                        .satisfiesAnyOf(
                                read -> assertThat(read).as("begun anew").hasSize(1),
                                read -> assertThat(read.getLast())
                                        .as("an older state")
                                        .isZero(),
                                read -> assertThat(read)
                                        .as("damaged where nothing stood")
                                        .hasSize(1000));
            }
        }
    }

    @Test
    void whatOthersWroteIsCleanedAndCut() {
        var event = HistoryEvent.now(
                Cells.START, Kind.REPLY, "a\r\nb", "\u202egoogle", new Change("-", "-", "x\u0000".repeat(1000)));

        assertThat(event.subject()).isEqualTo("a  b");
        assertThat(event.object()).isEqualTo("google");
        assertThat(event.cause()).hasSizeLessThanOrEqualTo(512).startsWith("x x x");
    }

    private static List<Integer> minutes(ReputationStore store, HistoryFilter filter) {
        return store.events(filter).stream()
                .map(event -> (int) Duration.between(Cells.START, event.at()).toMinutes())
                .toList();
    }

    private static HistoryEvent event(int minute) {
        return HistoryEvent.now(
                Cells.minute(minute).wall(), Kind.CELL, IP.toString(), ZEN.id(), new Change("CLEAN", "SUSPECT", "CSS"));
    }

    private static ListSlot slot() {
        return new ListSlot(ZEN, AskingSettings.DEFAULT, Duration.ofHours(24), Cells.minute(0));
    }

    private ReputationStore open(DnsblSettings.Keeping keeping) {
        return ReputationStore.open(folder, keeping, Cells.START);
    }
}
