package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.Refusals;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.outbound.Explanation;
import io.mailvane.queue.MessageQueue;
import io.mailvane.route.MailClass;
import io.mailvane.route.PeerStrike;
import io.mailvane.scaling.Crew;
import io.mailvane.storage.VolumeStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The parts of the node that the web server shows and moves. All are called by any number of threads.
 *
 */
public record WebParts(
        Supplier<NodeStatus> status,
        Supplier<Traffic> traffic,
        MessageQueue queue,
        Explainer explain,
        ReputationDesk reputation,
        Strikes strikes,
        Supplier<ScanView> scans,
        Supplier<Crew> workers,
        Supplier<VolumeStatus> volume,
        Operations operations,
        InstantSource clock) {
    /** Says which way mail would take now. */
    public interface Explainer {
        /**
         * May ask DNS.
         *
         * @param mailClass empty: what the reverse-path alone says
         */
        Explanation explain(ReversePath from, Mailbox to, Optional<MailClass> mailClass);
    }

    /**
     * What receivers refused of addresses, this node's and its peers': they count together.
     *
     * @param own lately, of this node
     * @param ofPeers takes those of a peer, again and again
     * @param counts of this node's, since it began
     */
    public record Strikes(
            Supplier<List<PeerStrike>> own,
            Consumer<List<PeerStrike>> ofPeers,
            Supplier<Map<Refusals.Refused, Long>> counts) {}

    /**
     * What an operator can do to the node.
     *
     * @param reload reads the configuration anew, all or nothing; returns every problem, none if it is in force
     * @param drain begins a drain and returns at once, after which another node goes on; again does nothing more
     * @param adopt goes on with the named partition at once; returns why not, empty if it does
     */
    public record Operations(Supplier<List<String>> reload, Runnable drain, Function<String, Optional<String>> adopt) {}
}
