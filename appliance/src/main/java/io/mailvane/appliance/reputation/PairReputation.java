package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all nodes know, side by side, as of one moment.
 *
 * @param parts this node's first, then its peers' in the order of the configuration
 */
public record PairReputation(Instant now, List<NodePart> parts) {
    private static final List<Verdict.Tone> WORST_FIRST =
            List.of(Verdict.Tone.BAD, Verdict.Tone.STALE, Verdict.Tone.WARN, Verdict.Tone.OK);

    public PairReputation {
        parts = List.copyOf(parts);
    }

    /** What the clock of that node shows now: by it everything is read that it told. */
    public Instant nowOf(String node) {
        return parts.stream()
                .filter(part -> part.node().equals(node))
                .map(NodePart::clock)
                .findFirst()
                .orElse(now);
    }

    /** Whether any node watches any address. */
    public boolean monitors() {
        return parts.stream().anyMatch(NodePart::monitors);
    }

    /** The worst of those that watch something, and no better than the alarms; grey if nobody watches, or one has told nothing yet. */
    public Verdict.Tone tone() {
        return Stream.of(watching().map(NodePart::tone), unknown(), alarmed())
                .flatMap(tones -> tones)
                .min(Comparator.comparingInt(WORST_FIRST::indexOf))
                .orElse(Verdict.Tone.STALE);
    }

    private Stream<Verdict.Tone> unknown() {
        boolean isAllTold = monitors() && parts.stream().noneMatch(NodePart::isSilent);
        return isAllTold ? Stream.empty() : Stream.of(Verdict.Tone.STALE);
    }

    private Stream<Verdict.Tone> alarmed() {
        if (parts.stream().anyMatch(part -> part.noWay().isPresent())) {
            return Stream.of(Verdict.Tone.BAD);
        }
        return alarms().isEmpty() ? Stream.empty() : Stream.of(Verdict.Tone.WARN);
    }

    /** The tone for those who do not see the colour. */
    public String toneInWords() {
        return switch (tone()) {
            case OK -> "✓ As it should be.";
            case WARN -> "◐ Worth a look.";
            case BAD -> "● Needs somebody now.";
            case STALE -> "? Too old, or not known: this is no all-clear.";
        };
    }

    /** One sentence, or one of each node that watches something, or of which it is not known whether it does. */
    public String verdict() {
        var sentences = parts.stream()
                .filter(part -> part.monitors() || part.isSilent())
                .map(this::sentence)
                .toList();
        if (sentences.isEmpty()) {
            return "No source address is configured: nothing is monitored.";
        }
        return String.join(" ", sentences);
    }

    private String sentence(NodePart part) {
        if (part.isSilent()) {
            return part.node() + " does not answer: nothing is known of its addresses.";
        }
        var said = part.told()
                .map(told ->
                        told.verdict().sentenceAt(part.clock(), told.routing().detour()))
                .orElse("");
        boolean alone = watching().count() == 1 && parts.stream().noneMatch(NodePart::isSilent);
        var named = alone ? said : part.node() + ": " + said;
        return part.up() ? named : part.node() + " does not answer; as last known: " + said;
    }

    private Stream<NodePart> watching() {
        return parts.stream().filter(NodePart::monitors);
    }

    /** When an answer last counted at the node that knows least, by our clock; empty if one never had any. */
    public Optional<Instant> verifiedAt() {
        var times = watching()
                .map(part -> part.told().flatMap(told -> told.verdict().asOf()).map(at -> part.here(at, now)))
                .toList();
        return times.stream().allMatch(Optional::isPresent)
                ? times.stream().flatMap(Optional::stream).min(Instant::compareTo)
                : Optional.empty();
    }

    /** What every reader is to know first; "" if nothing. */
    public String notice() {
        return watching()
                .map(part -> part.told().map(told -> told.verdict().notice()).orElse(""))
                .filter(notice -> !notice.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    public List<String> alarms() {
        var alarms = new ArrayList<String>();
        for (var part : parts) {
            if (!part.up()) {
                alarms.add(part.node() + " does not answer: "
                        + (part.isSilent() ? "nothing is known of it." : "what is shown of it is the last known."));
            }
            part.told().filter(_ -> part.up()).ifPresent(told -> alarms.addAll(told.alarms()));
            part.refusedByAll().ifPresent(words -> alarms.add(part.node() + ": " + words));
            part.noWay().ifPresent(why -> alarms.add(part.node() + " has no way out for new mail: " + why));
        }
        return alarms.stream().distinct().toList();
    }

    /** As each node told them, and as the last known of those that are gone or learn nothing any more. */
    public List<AddressAnswer> addresses() {
        return parts.stream()
                .flatMap(part -> {
                    boolean stale = part.tone() == Verdict.Tone.STALE;
                    return part.told().stream()
                            .flatMap(told -> told.sources().stream())
                            .map(address -> stale ? address.asLastKnown(part.up()) : address);
                })
                .toList();
    }

    /** As {@link #addresses}. */
    public List<CellAnswer> cells() {
        return asKnown(NodeReputation::cells, CellAnswer::asLastKnown).toList();
    }

    /** Of each node: each asks for itself. As {@link #addresses}; heaviest first. */
    public List<ListAnswer> lists() {
        return asKnown(NodeReputation::lists, ListAnswer::asLastKnown)
                .sorted(Comparator.comparingDouble(ListAnswer::weight)
                        .reversed()
                        .thenComparing(ListAnswer::id)
                        .thenComparing(ListAnswer::node))
                .toList();
    }

    private <T> Stream<T> asKnown(Function<NodeReputation, List<T>> told, UnaryOperator<T> lastKnown) {
        return parts.stream().flatMap(part -> {
            boolean lapsed = part.lapsed(now).isPresent();
            return part.told().stream()
                    .flatMap(each -> told.apply(each).stream())
                    .map(each -> lapsed ? lastKnown.apply(each) : each);
        });
    }

    /** Those, each as its node told it, and unknown since nothing new is known of that. */
    private Stream<StripOfNode> strips(Predicate<Strip> wanted) {
        return parts.stream().flatMap(part -> {
            var lapsed = part.lapsed(now);
            return part.told().stream()
                    .flatMap(told -> told.strips().stream())
                    .filter(wanted)
                    .map(strip ->
                            new StripOfNode(lapsed.map(strip::unknownSince).orElse(strip), part.clock()));
        });
    }

    private record StripOfNode(Strip strip, Instant clock) {
        Timeline drawn() {
            return Timeline.of(strip, clock);
        }
    }

    /** What became of the cells, at most of so many: of those that a reader looks for first. */
    public List<Timeline> cellTimelines(int most) {
        return strips(strip -> !strip.object().equals("-"))
                .sorted(Comparator.comparingInt(told -> told.strip().rank()))
                .limit(most)
                .map(StripOfNode::drawn)
                .toList();
    }

    /** The addresses of which there is something to say, gravest first. */
    public List<AddressAnswer> notPlain() {
        return addresses().stream()
                .filter(address -> !address.plain())
                .sorted(Comparator.comparingDouble(AddressAnswer::score).reversed())
                .toList();
    }

    /** Of the address itself; empty if nobody told one. */
    public Optional<Timeline> timeline(String ip) {
        return timeline(ip, "-");
    }

    /** Of an address on a list; empty if nobody told one. */
    public Optional<Timeline> timeline(String ip, String list) {
        return strips(strip -> strip.ip().equals(ip) && strip.object().equals(list))
                .map(StripOfNode::drawn)
                .findFirst();
    }

    /** Nodes with their ways out, those that told of any. */
    public List<NodePart> routing() {
        return parts.stream()
                .filter(part -> part.told()
                        .filter(told -> !told.routing().choices().isEmpty())
                        .isPresent())
                .toList();
    }

    /** What happened, but for replies; newest first. */
    public List<EventAnswer> recent() {
        return newestFirst(told -> told.news().recent());
    }

    /** What receivers said against an address; newest first. */
    public List<EventAnswer> replies() {
        return newestFirst(told -> told.news().replies());
    }

    private List<EventAnswer> newestFirst(Function<NodeReputation, List<EventAnswer>> news) {
        return parts.stream()
                .flatMap(part -> part.told().stream()
                        .flatMap(told -> news.apply(told).stream())
                        .map(event -> Map.entry(part.here(event.at(), now), event)))
                .sorted(Map.Entry.<Instant, EventAnswer>comparingByKey().reversed())
                .map(Map.Entry::getValue)
                .toList();
    }

    public Optional<CellAnswer> cell(String ip, String list) {
        return cells().stream()
                .filter(cell -> cell.ip().equals(ip) && cell.list().equals(list))
                .findFirst();
    }

    /** What is to be known first of an address of which it is not known how it stands; "" if that is known. */
    public String notKnown(AddressAnswer address) {
        if (!isUp(address.node())) {
            return address.node() + " does not answer: this is the last known.";
        }
        if (address.saying().known() || address.retired()) {
            return "";
        }
        var asked =
                cells().stream().filter(cell -> cell.ip().equals(address.ip())).toList();
        if (asked.isEmpty()) {
            return "Nothing is known: no list is asked.";
        }
        if (asked.stream().anyMatch(cell -> cell.times().lastVerified().isPresent())) {
            return "Lists do not tell: this is the last known.";
        }
        boolean waits = address.nextCheck()
                .filter(next -> next.isAfter(nowOf(address.node())))
                .isPresent();
        return "Nothing is known yet: "
                + (waits ? "no list has answered." : "first answers are expected within a minute.");
    }

    /** How far receivers know it, the best one first; empty if it is not new. */
    public List<RoutingAnswer.WarmUpAnswer> warmUps(AddressAnswer address) {
        return parts.stream()
                .filter(part -> part.node().equals(address.node()))
                .flatMap(part -> part.told().stream())
                .flatMap(told -> told.routing().warmUps(address.source()).stream())
                .toList();
    }

    /** Those that an operator keeps out until he or time puts them back: it must not be forgotten. */
    public List<AddressAnswer> withdrawn() {
        return addresses().stream()
                .filter(address -> address.operator().isPresent() && !address.retired())
                .toList();
    }

    /** Whether it is this node's own, which takes orders for it. */
    public boolean isOurs(AddressAnswer address) {
        return parts.getFirst().node().equals(address.node());
    }

    /** Whether the node that told of it is up. */
    public boolean isUp(String node) {
        return parts.stream().anyMatch(part -> part.node().equals(node) && part.up());
    }

    /** Whether what that node told of its lists and addresses is still so, as far as anybody knows. */
    boolean isCurrent(String node) {
        return parts.stream()
                .anyMatch(part -> part.node().equals(node) && part.lapsed(now).isEmpty());
    }

    /** Its end of the classes in the style sheet: what is known no more is never shown as healthy. */
    public String styleOf(AddressAnswer address) {
        if (!isUp(address.node())) {
            return "gone";
        }
        var state = address.saying().known() ? address.state() : Strips.unknown(address.state());
        return state.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * By what open pages know that there is something new to see: it differs with every state, share and reason of any node.
     * What only counts or grows older leaves it as it is; otherwise each message would call all readers.
     */
    public String sight() {
        return Integer.toHexString(parts.stream().map(NodePart::sight).toList().hashCode());
    }

    /**
     * By what programs know it unchanged: any word of any node that is new changes it. Weak (RFC 9110, section 8.8.1): the same
     * answer goes out compressed and not.
     */
    public String tag() {
        return parts.stream()
                .map(part -> part.node()
                        + part.up()
                        + part.told()
                                .map(told -> told.asOf() + "/" + told.news().hashCode() + "/"
                                        + told.routing().hashCode())
                                .orElse("")
                        + part.tone())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(";"), text -> "W/\"" + Integer.toHexString(text.hashCode()) + "\""));
    }
}
