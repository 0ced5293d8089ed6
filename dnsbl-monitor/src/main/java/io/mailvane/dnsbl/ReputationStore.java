package io.mailvane.dnsbl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States and history in one file. It is knowledge that can be had again: a file that cannot be read is set aside, one that
 * cannot be written ends the writing, each with an alarm, and the monitor goes on. One thread writes, any number read.
 */
final class ReputationStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReputationStore.class);
    private static final String FILE = "reputation.mv.db";
    private static final int MOST_READ = 1000;

    private final MVStore store;
    private final MVMap<String, String> cells;
    private final MVMap<String, String> addresses;
    private final MVMap<String, String> names;
    private final MVMap<String, String> used;
    private final MVMap<String, String> learned;
    private final MVMap<Long, String> events;
    /** The last event of each cell and each list. */
    private final MVMap<String, String> told;

    private final DnsblSettings.Keeping keeping;
    private final JsonMapper json = JsonMapper.builder().build();
    private final AtomicBoolean strange = new AtomicBoolean();
    private volatile boolean lost;

    private ReputationStore(MVStore store, DnsblSettings.Keeping keeping) {
        this.store = store;
        this.keeping = keeping;
        this.cells = store.openMap("cells");
        this.addresses = store.openMap("addresses");
        this.names = store.openMap("names");
        this.used = store.openMap("used");
        this.learned = store.openMap("learned");
        this.events = store.openMap("events");
        this.told = store.openMap("told");
    }

    /**
     * Opens the file, or begins a new one.
     *
     * @param now names what is set aside
     * @throws UncheckedIOException if the folder cannot be used, or another process has the file
     */
    static ReputationStore open(Path folder, DnsblSettings.Keeping keeping, Instant now) {
        var file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            return tried(file, keeping);
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new UncheckedIOException(new IOException("another process has " + file, e));
            }
            setAside(file, e, now);
            return tried(file, keeping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReputationStore tried(Path file, DnsblSettings.Keeping keeping) {
        var store = new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitBufferSize(256)
                .open();
        try {
            var opened = new ReputationStore(store, keeping);
            opened.readAll();
            return opened;
        } catch (MVStoreException e) {
            store.closeImmediately();
            throw e;
        }
    }

    /** A damaged page shows only when it is read, and then all writing would end at every start anew. */
    private void readAll() {
        Stream.of(cells, addresses, names, used, learned, events, told).forEach(map -> map.forEach((key, text) -> {}));
    }

    private static void setAside(Path file, MVStoreException cause, Instant now) {
        var aside = file.resolveSibling(FILE + ".unreadable-" + now.toEpochMilli());
        try {
            Files.move(file, aside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LOG.error(
                "{}",
                LogLine.event("alarm")
                        .field("what", "dnsbl-history-unreadable")
                        .field("reason", "set aside as " + aside + ": " + cause.getMessage()));
    }

    Judge.Memory recall(List<Source> sources, Moment now) {
        var known = new HashMap<String, Cell>();
        cells.forEach((key, text) ->
                read(text, Stored.OfCell.class, cell -> cell.cell(now)).ifPresent(cell -> known.put(key, cell)));
        var formerNames = new HashMap<String, String>();
        for (var source : sources) {
            moved(source, sources, now).ifPresent(former -> formerNames.put(source.name(), former));
        }
        var standing = new HashMap<String, Address>();
        for (var source : sources) {
            standing(source, now).ifPresent(address -> standing.put(source.name(), address));
        }
        var named = new HashMap<String, Map<NameFinding.Kind, NameStanding>>();
        for (var source : sources) {
            Optional.ofNullable(names.get(namesKey(source)))
                    .flatMap(text -> read(text, Stored.OfNames.class, stored -> stored.standings(now)))
                    .ifPresent(standings -> named.put(source.name(), standings));
        }
        var asked = new HashMap<String, OperatorBudget.Use>();
        used.forEach((group, text) ->
                read(text, Stored.OfUse.class, Stored.OfUse::use).ifPresent(use -> asked.put(group, use)));
        var taught = new HashMap<Learned.About, Learned>();
        learned.values()
                .forEach(text -> read(text, Stored.OfLearned.class, each -> Map.entry(each.about(), each.learned(now)))
                        .ifPresent(each -> taught.put(each.getKey(), each.getValue())));
        var last = told.values().stream()
                .flatMap(text -> read(text, Stored.OfEvent.class, stored -> stored.event(0)).stream())
                .toList();
        return new Judge.Memory(known, standing, formerNames, named, asked, taught, last);
    }

    private Optional<Address> standing(Source source, Moment now) {
        return Optional.ofNullable(addresses.get(addressKey(source))).flatMap(text -> address(text, source, now));
    }

    private Optional<Address> address(String text, Source source, Moment now) {
        return read(text, Stored.OfAddress.class, stored -> stored.address(source, now));
    }

    /**
     * An operator's word takes out the address, whatever its source is called: one that no source of this name has heard since goes over to
     * the source that has the address now. What is retired is so by its name.
     *
     * @return the name by which it was said; empty: there is no such word
     */
    private Optional<String> moved(Source source, List<Source> sources, Moment now) {
        var inUse = sources.stream().map(ReputationStore::addressKey).toList();
        var end = " " + source.address();
        for (var key : addresses.keyList()) {
            if (key.endsWith(end) && !inUse.contains(key)) {
                var former = Optional.ofNullable(addresses.get(key)).flatMap(text -> address(text, source, now));
                var own = standing(source, now);
                if (former.filter(each -> each.isWithdrawnSince(own, now)).isPresent()) {
                    keep(own.orElse(Address.unknown(source, now)).takenOutAs(former.get()));
                    write(() -> addresses.remove(key));
                    return Optional.of(key.substring(0, key.length() - end.length()));
                }
            }
        }
        return Optional.empty();
    }

    /** A source that was given another public address is another one. */
    private static String addressKey(Source source) {
        return source.name() + " " + source.address();
    }

    void keep(CellSlot slot) {
        var stored = Stored.of(slot.cell());
        write(() -> cells.put(Judge.key(slot.address(), slot.list().list()), text(stored)));
    }

    void keep(Address address) {
        var stored = Stored.of(address);
        write(() -> addresses.put(addressKey(address.source()), text(stored)));
    }

    /** Names that were given to another EHLO are other ones. */
    private static String namesKey(Source source) {
        return addressKey(source) + " " + source.helo().orElse("-");
    }

    void keep(NameSlot slot) {
        var stored = Stored.of(slot.standings());
        write(() -> names.put(namesKey(slot.source()), text(stored)));
    }

    /** @param asked what operators were asked, by group */
    void keep(Map<String, OperatorBudget.Use> asked) {
        asked.forEach((group, use) ->
                write(() -> used.put(group, text(new Stored.OfUse(use.hour().toEpochMilli(), use.hours())))));
    }

    /** @param what empty: it is forgotten */
    void keep(Learned.About about, Optional<Learned> what) {
        var key = about.list() + " " + about.provider();
        write(() -> what.ifPresentOrElse(
                each -> learned.put(key, text(Stored.of(about, each))), () -> learned.remove(key)));
    }

    void keep(HistoryEvent event) {
        var stored = new Stored.OfEvent(
                event.at().toEpochMilli(),
                event.kind().name(),
                event.subject(),
                event.object(),
                event.from(),
                event.to(),
                event.cause());
        write(() -> {
            var last = events.lastKey();
            events.put(last == null ? 1 : last + 1, text(stored));
            forget(event.at());
            if (event.kind() == HistoryEvent.Kind.CELL || event.kind() == HistoryEvent.Kind.LIST) {
                told.put(event.kind() + " " + event.subject() + " " + event.object(), text(stored));
            }
        });
    }

    private void forget(Instant now) {
        while (events.sizeAsLong() > keeping.events()) {
            events.remove(events.firstKey());
        }
        var oldest = now.minus(keeping.age()).toEpochMilli();
        for (var key = events.firstKey(); key != null && isBefore(key, oldest); key = events.firstKey()) {
            events.remove(key);
        }
    }

    private boolean isBefore(Long key, long oldest) {
        var text = events.get(key);
        return text == null
                || read(text, Stored.OfEvent.class, Stored.OfEvent::at)
                        .map(at -> at < oldest)
                        .orElse(true);
    }

    /** Newest first. */
    List<HistoryEvent> events(HistoryFilter filter) {
        var found = new ArrayList<HistoryEvent>();
        int limit = Math.min(filter.limit(), MOST_READ);
        try {
            for (var key = events.lastKey(); key != null && found.size() < limit; key = events.lowerKey(key)) {
                var event = event(key);
                if (event.isPresent() && filter.isPast(event.get())) {
                    break;
                }
                event.filter(filter::takes).ifPresent(found::add);
            }
        } catch (MVStoreException e) {
            fail(e);
        }
        return found;
    }

    private Optional<HistoryEvent> event(Long key) {
        return Optional.ofNullable(events.get(key))
                .flatMap(text -> read(text, Stored.OfEvent.class, stored -> stored.event(key)));
    }

    /** An entry of another version, or one that means nothing, is as good as none. */
    private <T, R> Optional<R> read(String text, Class<T> type, Function<T, R> meant) {
        try {
            return Optional.ofNullable(json.readValue(text, type)).map(meant);
        } catch (JsonProcessingException e) {
            return unread(e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return unread(String.valueOf(e.getMessage()));
        }
    }

    /** They are read again and again, and told of once. */
    private <R> Optional<R> unread(String why) {
        if (!strange.getAndSet(true)) {
            LOG.warn("an entry of the blacklists' history, or more, cannot be read: {}", why);
        }
        return Optional.empty();
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers are JSON", e);
        }
    }

    /** Whether all that was kept is there; from the first time that it cannot be, nothing is any more. */
    boolean isWritten() {
        return !lost;
    }

    /** What was kept is there also after a power failure: for what nobody could learn again. */
    void force() {
        write(() -> {
            store.commit();
            store.sync();
        });
    }

    private void write(Runnable change) {
        if (!lost) {
            try {
                change.run();
            } catch (MVStoreException e) {
                fail(e);
            }
        }
    }

    private void fail(MVStoreException cause) {
        if (!lost) {
            lost = true;
            LOG.error(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "dnsbl-history-not-written")
                            .field("reason", cause.toString()));
        }
    }

    @Override
    public void close() {
        if (lost) {
            store.closeImmediately();
        } else {
            write(store::close);
        }
    }
}
