package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.ListState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All lists by all addresses: a row for each list, since lists are many and addresses few.
 *
 * @param columns the addresses of all nodes, but those that are retired
 * @param groups those that have a row, gravest first
 */
public record Matrix(List<AddressAnswer> columns, List<Group> groups) {
    private static final double BLOCKING = 40;
    private static final int CROWDED_FROM = 7;
    private static final Group BLOCKING_LISTS = new Group("Blocking", "many receivers refuse mail by these", List.of());
    private static final Group WATCHED = new Group("Watched", "some receivers do", List.of());
    private static final Group INFORMATIONAL = new Group("Informational", "shown, and without effect", List.of());
    private static final Group DEAD = new Group("Dead", "these have not worked for long", List.of());

    /** Lists of about the same weight. */
    public record Group(String title, String says, List<Row> rows) {
        private Group with(List<Row> all) {
            return new Group(title, says, all);
        }
    }

    /**
     * @param list as the first node that asks it sees it, of those that tell what is so now; if none does, as the first one saw it last
     * @param others views of other nodes that see it in another state now
     * @param entries one for each column
     */
    public record Row(ListAnswer list, List<ListAnswer> others, List<Entry> entries) {
        /** @throws NoSuchElementException if the list is not asked about it */
        public Entry entry(String ip) {
            return entries.stream()
                    .filter(entry ->
                            entry.cell().filter(cell -> cell.ip().equals(ip)).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new NoSuchElementException("no cell of " + ip));
        }

        boolean isTroubled() {
            return entries.stream().anyMatch(entry -> entry.look().isTrouble());
        }
    }

    /**
     * @param cell empty where the list knows no such addresses
     * @param lastKnown a state that the look hides; "" if there is none
     * @param gone whether the node that told it answers no more
     */
    public record Entry(Optional<CellAnswer> cell, Look look, String lastKnown, boolean gone) {
        /** For people, and for those who do not see the sign. */
        public String words() {
            return look.word() + (lastKnown.isEmpty() ? "" : ", was " + lastKnown);
        }
    }

    /** @throws NoSuchElementException if no node asks it */
    public Row row(String list) {
        return groups.stream()
                .flatMap(group -> group.rows().stream())
                .filter(row -> row.list().id().equals(list))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no list " + list));
    }

    /** Whether there are so many that signs must do without words. */
    public boolean crowded() {
        return columns.size() >= CROWDED_FROM;
    }

    /** Those that are there, each once: the key to signs without words. */
    public List<Look> looks() {
        return groups.stream()
                .flatMap(group -> group.rows().stream())
                .flatMap(row -> row.entries().stream())
                .map(Entry::look)
                .distinct()
                .sorted()
                .toList();
    }

    /** @param troubledOnly leaves out rows in which all is clean */
    public static Matrix of(PairReputation pair, boolean troubledOnly) {
        Map<String, CellAnswer> cells = pair.cells().stream()
                .collect(Collectors.toMap(cell -> key(cell.ip(), cell.list()), cell -> cell, (first, again) -> first));
        Map<String, List<ListAnswer>> views = new LinkedHashMap<>();
        pair.lists()
                .forEach(list ->
                        views.computeIfAbsent(list.id(), _ -> new ArrayList<>()).add(list));
        var columns =
                pair.addresses().stream().filter(address -> !address.retired()).toList();
        var rows = views.values().stream()
                .map(view -> row(view, columns, cells, pair))
                .filter(row -> !troubledOnly || row.isTroubled())
                .collect(Collectors.groupingBy(row -> group(row.list())));
        return new Matrix(
                columns,
                Stream.of(BLOCKING_LISTS, WATCHED, INFORMATIONAL, DEAD)
                        .filter(rows::containsKey)
                        .map(group -> group.with(rows.getOrDefault(group, List.of())))
                        .toList());
    }

    private static Group group(ListAnswer list) {
        if (list.state().equals(ListState.LIST_DEAD.name())) {
            return DEAD;
        }
        if (list.informational()) {
            return INFORMATIONAL;
        }
        return list.weight() >= BLOCKING ? BLOCKING_LISTS : WATCHED;
    }

    private static Row row(
            List<ListAnswer> views, List<AddressAnswer> columns, Map<String, CellAnswer> cells, PairReputation pair) {
        var current = views.stream().filter(view -> pair.isCurrent(view.node())).toList();
        var list = current.isEmpty() ? views.getFirst() : current.getFirst();
        var others = current.stream()
                .filter(other -> !other.state().equals(list.state()))
                .toList();
        var entries = columns.stream()
                .map(address -> Optional.ofNullable(cells.get(key(address.ip(), list.id()))))
                .map(cell -> entry(cell, list, pair))
                .toList();
        return new Row(list, others, entries);
    }

    private static Entry entry(Optional<CellAnswer> cell, ListAnswer list, PairReputation pair) {
        return cell.map(told -> {
                    boolean gone = !pair.isUp(told.node());
                    var look = Look.of(told, told.counts().orElse(!list.informational()));
                    return pair.isCurrent(told.node())
                            ? new Entry(cell, look, Look.lastKnown(told), false)
                            : new Entry(cell, Look.UNKNOWN, Look.lastNamed(told), gone);
                })
                .orElseGet(() -> new Entry(cell, Look.NONE, "", false));
    }

    private static String key(String ip, String list) {
        return ip + " " + list;
    }
}
