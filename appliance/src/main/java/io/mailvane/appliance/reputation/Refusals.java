package io.mailvane.appliance.reputation;

import io.mailvane.mail.ProviderId;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.RouteEvent;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what receivers refused of our addresses since the node began. Any number of threads.
 *
 * <p>Bounded: who sends to everybody meets more receivers than a store of metrics bears. What is more counts as {@link #OTHER}'s.
 */
public final class Refusals {
    /** Stands for all receivers that are too many to be told apart. */
    static final ProviderId OTHER = new ProviderId("other");

    static final int MOST = 2000;

    private final ConcurrentHashMap<Refused, Long> counts = new ConcurrentHashMap<>();

    /**
     * @param ip as the world sees it
     * @param replyClass how the reply was understood
     */
    public record Refused(String ip, ProviderId provider, ReplyClass replyClass) {}

    /** @param ip of the address that was refused; of what is not about an address, nothing is counted */
    public void count(RouteEvent event, String ip) {
        understood(event.kind()).ifPresent(replyClass -> {
            var refused = new Refused(ip, event.provider().orElse(OTHER), replyClass);
            boolean known = counts.containsKey(refused) || counts.size() < MOST;
            counts.merge(known ? refused : new Refused(ip, OTHER, replyClass), 1L, Long::sum);
        });
    }

    private static Optional<ReplyClass> understood(RouteEvent.Kind kind) {
        return switch (kind) {
            case BLOCK_REPLY -> Optional.of(ReplyClass.IP_BLOCK);
            case ADDRESS_CONFIG -> Optional.of(ReplyClass.IP_CONFIG);
            case LANE,
                    WARM_UP,
                    WARMED_UP,
                    BREAKER,
                    GREETING,
                    QUOTA,
                    SENDER_REFUSED,
                    SENDER_UNPROVEN,
                    CREDENTIALS_REFUSED,
                    ADDRESS_MISMATCH,
                    ADDRESS_MATCHED,
                    ADDRESS_CHANGED,
                    ADDRESS_STILL_CHANGED,
                    ADDRESS_CONFIRMED -> Optional.empty();
        };
    }

    /** So many of each: a view that goes on counting. */
    public Map<Refused, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
