package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.CellAnswer;
import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.dnsbl.HistoryFilter;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes what the pages of the reputation show. */
record ReputationPages(WebParts parts, Pair pair) {
    private static final int EVENTS = 30;

    ReputationPage page(PageHead head, @Nullable String show, RouteQuestion asked) {
        var reputation = pair.reputation();
        boolean troubledOnly = "troubled".equals(show);
        return new ReputationPage(
                head,
                reputation,
                Matrix.of(reputation, troubledOnly),
                troubledOnly,
                reputation.cellTimelines(ReputationPage.TIMELINES),
                ReputationPage.Newest.of(reputation.recent()),
                ReputationPage.Newest.of(reputation.replies()),
                explained(asked));
    }

    private ReputationPage.Explained explained(RouteQuestion asked) {
        if (asked.to().isEmpty()) {
            return new ReputationPage.Explained(asked, "", Optional.empty());
        }
        try {
            return new ReputationPage.Explained(asked, "", Optional.of(RouteResource.explained(parts, asked)));
        } catch (WebApplicationException e) {
            return new ReputationPage.Explained(asked, String.valueOf(e.getMessage()), Optional.empty());
        }
    }

    CellPage cell(PageHead head, String ip, String list) {
        var reputation = pair.reputation();
        var cell = reputation
                .cell(ip, list)
                .orElseThrow(() -> Problem.notFound("no address of ours is asked for on such a list"));
        var row = Matrix.of(reputation, false).row(list);
        return new CellPage(
                head,
                reputation,
                cell,
                reputation.lists().stream()
                        .filter(view -> view.id().equals(list) && view.node().equals(cell.node()))
                        .findFirst()
                        .orElse(row.list()),
                row.entry(ip),
                cell.node().equals(parts.status().get().node()),
                reputation.timeline(ip, list),
                history(reputation, cell));
    }

    /** @param done what was ordered by it, as {@link AddressOrders.Answer} says it; "" if nothing */
    AddressPage address(PageHead head, String named, String done) {
        var reputation = pair.reputation();
        var card = new AddressOrders(parts, pair).own(named);
        var node = parts.status().get().node();
        var address = reputation.addresses().stream()
                .filter(each -> each.node().equals(node) && each.source().equals(card.source()))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("no source of ours has this name or public address"));
        var history = parts.reputation()
                .events(new HistoryFilter(
                        Optional.empty(), Set.of(), Optional.of(card.ip()), Optional.of(card.source()), EVENTS));
        return new AddressPage(head, reputation, address, done, history);
    }

    private List<EventAnswer> history(PairReputation reputation, CellAnswer cell) {
        if (cell.node().equals(parts.status().get().node())) {
            return parts.reputation()
                    .events(new HistoryFilter(
                            Optional.empty(), Set.of(), Optional.of(cell.ip()), Optional.of(cell.list()), EVENTS));
        }
        return reputation.recent().stream()
                .filter(event ->
                        event.subject().equals(cell.ip()) && event.object().equals(cell.list()))
                .toList();
    }
}
