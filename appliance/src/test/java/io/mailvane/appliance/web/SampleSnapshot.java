package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.mail.ProviderId;
import io.mailvane.outbound.OutboundStats;
import io.mailvane.queue.QueueCounts;
import io.mailvane.route.PeerStrike;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a peer with addresses and mail says; among its listeners is nonsense. */
final class SampleSnapshot {
    static final PeerStrike STRIKE = new PeerStrike(new ProviderId("google"), "203.0.113.21", SteppedClock.START);

    private SampleSnapshot() {}

    static Snapshot of(String node) {
        var now = SteppedClock.START;
        var listeners = Stream.of("127.0.0.1:2526", "[::1]:25", "-", "x:25", "127.0.0.1:port", "127.0.0.1:99999")
                .map(address -> new NodeStatus.Listener("mx", "mx", address))
                .toList();
        var status = new NodeStatus(
                node,
                "b",
                NodeStatus.State.ACCEPTING,
                List.of("a reason"),
                3,
                now,
                listeners,
                List.of(),
                List.of(),
                Takeovers.NONE);
        var counts =
                CountsAnswer.of(node, now, new QueueCounts(4, 0, 1, 3, 0, 0, 5, Optional.of(now), Optional.empty()));
        var traffic = new Traffic(new Traffic.Incoming(0, 1, 1, 0, 0, 1), new OutboundStats(1, 0, 0, 1, 0, 0, 0));
        var desk = new ReputationDesk(SampleReputation.full(node, now), () -> WebKit.ROUTING, new SteppedClock());
        return Snapshot.of(status, counts, traffic, desk.answer(), List.of(STRIKE));
    }
}
