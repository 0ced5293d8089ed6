package io.mailvane.dnsbl;

import io.mailvane.mail.SourceProbe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an address is looked at for before its first mail: its names, SPF, lists, whether it gets out, and where it is seen. As of one moment. */
final class Checklist {
    private static final String LISTS = "lists";
    private static final String PORT = "port-25";
    private static final String ECHO = "echo";

    private static final int MOST_SHOWN = 5;
    private static final String PROVIDERS = "its network lets nothing out there. Amazon EC2 opens the port on request"
            + " (https://repost.aws/knowledge-center/ec2-port-25-throttle), Google Cloud never, Azure for few:"
            + " there use a smarthost at port 587";

    private final RoutingSettings settings;
    private final CellRules rules;
    private final Moment now;

    Checklist(RoutingSettings settings, CellRules rules, Moment now) {
        this.settings = settings;
        this.rules = rules;
        this.now = now;
    }

    List<AdmissionItem> of(AddressSlot slot) {
        var items = new ArrayList<>(slot.names().admission());
        items.add(lists(slot.cells()));
        items.add(port(slot));
        items.add(echo(slot));
        slot.faults().forEach((kind, reason) -> {
            if (!kind.equals(DnsblMonitor.EGRESS)) {
                items.add(AdmissionItem.wrong(kind, reason));
            }
        });
        return List.copyOf(items);
    }

    private AdmissionItem lists(List<CellSlot> all) {
        var cells = all.stream()
                .filter(cell -> settings.counts(cell.list().list().weight()) && overlay(cell) != Overlay.MUTED)
                .toList();
        var naming =
                cells.stream().filter(cell -> cell.cell().state().isListed()).toList();
        if (!naming.isEmpty()) {
            return AdmissionItem.wrong(LISTS, "named by " + shown(naming, Checklist::withRemoval));
        }
        var open = cells.stream().filter(cell -> !isClean(cell)).toList();
        if (!open.isEmpty()) {
            return AdmissionItem.unknown(LISTS, "not cleared yet by " + shown(open, this::withState));
        }
        return cells.isEmpty()
                ? AdmissionItem.leftOut(LISTS, "no list that counts is asked about it")
                : AdmissionItem.right(LISTS);
    }

    private boolean isClean(CellSlot cell) {
        return cell.cell().state() == CellState.CLEAN && overlay(cell) == Overlay.NONE;
    }

    private Overlay overlay(CellSlot cell) {
        return rules.overlay(cell.cell(), cell.list().hindrance(now), now);
    }

    private static String shown(List<CellSlot> cells, Function<CellSlot, String> words) {
        var more = cells.size() > MOST_SHOWN ? ", and " + (cells.size() - MOST_SHOWN) + " more" : "";
        return cells.stream().limit(MOST_SHOWN).map(words).collect(Collectors.joining(", ", "", more));
    }

    private static String withRemoval(CellSlot cell) {
        var removal = cell.list().list().delistUrl(cell.address());
        return AddressSlot.name(cell) + (removal.isEmpty() ? "" : " (" + removal + ")");
    }

    private String withState(CellSlot cell) {
        var overlay = overlay(cell);
        var state = cell.cell().state().name();
        return cell.list().list().name() + " (" + (overlay == Overlay.NONE ? state : overlay) + ")";
    }

    private static AdmissionItem port(AddressSlot slot) {
        var unprobed = slot.address().source().unprobed();
        if (unprobed.isPresent()) {
            return AdmissionItem.leftOut(PORT, "port 25 is not tried: " + unprobed.get());
        }
        return slot.probe()
                .map(probe -> switch (probe) {
                    case Finding.Greeted _ -> AdmissionItem.right(PORT);
                    case Finding.TurnedAway(var what) ->
                        AdmissionItem.wrong(
                                PORT, "port 25 is open, and no host takes a session: " + what + ". Ask them why");
                    case Finding.Unreached(var what) ->
                        AdmissionItem.wrong(PORT, "port 25 seems closed to it (" + what + "): " + PROVIDERS);
                    case Finding.Unasked(var what) ->
                        AdmissionItem.unknown(
                                PORT,
                                "port 25 could not be tried: " + what + ". Mend that, or name another host in"
                                        + " direct.probe");
                    case Finding.Unbound(var what) ->
                        AdmissionItem.wrong(PORT, what + ": give this host the address, or mend source.local");
                })
                .orElseGet(() -> AdmissionItem.unknown(PORT, "port 25 has not been tried yet"));
    }

    private static AdmissionItem echo(AddressSlot slot) {
        var fault = Optional.ofNullable(slot.faults().get(DnsblMonitor.EGRESS));
        if (fault.isPresent()) {
            return AdmissionItem.wrong(ECHO, fault.get());
        }
        var source = slot.address().source();
        if (source.unprobed().isPresent()) {
            return AdmissionItem.leftOut(
                    ECHO,
                    "where receivers see it is not asked: " + source.unprobed().get());
        }
        return slot.probe()
                .filter(Finding.Greeted.class::isInstance)
                .map(probe -> seen((Finding.Greeted) probe, source))
                .orElseGet(() -> AdmissionItem.unknown(ECHO, "no receiver has said yet where it sees it"));
    }

    private static AdmissionItem seen(Finding.Greeted greeted, Source source) {
        return greeted.seen()
                .map(seen -> IpAddress.parse(seen.getHostAddress()).unmapped())
                .map(seen -> seen.equals(source.address())
                        ? AdmissionItem.right(ECHO)
                        : AdmissionItem.wrong(
                                ECHO,
                                "address changed: receivers see " + seen + ", says " + greeted.host()
                                        + ": mend source.public, or how the network translates source.local"))
                .orElseGet(() -> AdmissionItem.leftOut(
                        ECHO, greeted.host() + " does not say where it sees it: name one that does, too"));
    }
}
