package io.mailvane.outbound;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.MailClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when mail to a provider has waited too long because of our addresses, and when none does any more: once each. It
 * remembers providers, not messages. One thread.
 */
final class HeldWatch {
    /** Providers that are watched. */
    static final int MOST = 5_000;
    /** Alarms that are open: where so many wait, one more is no news. */
    static final int MOST_ALARMS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final Duration URGENT = Duration.ofMinutes(15);
    private static final Duration OTHERS = Duration.ofHours(2);
    /** Who is called back, and waits again in a moment, is not seen waiting meanwhile. */
    private static final Duration MEANWHILE = Duration.ofMinutes(5);

    private final Map<ProviderId, Watched> watched = new HashMap<>();
    private int alarms;

    /**
     * One message that waits.
     *
     * @param received when it came: it has not waited for longer
     */
    record Held(ProviderId provider, WaitingForRoute.Reason reason, MailClass mailClass, Instant received) {
        private Duration bears() {
            return mailClass == MailClass.URGENT ? URGENT : OTHERS;
        }
    }

    /** @param seen when last */
    private record Span(Instant since, Instant seen) {
        Span at(Instant now) {
            return new Span(since, now);
        }

        boolean isOver(Instant now) {
            return !seen.plus(MEANWHILE).isAfter(now);
        }
    }

    /** Messages that have waited too long. */
    private record Late(Instant since, WaitingForRoute.Reason reason, int messages) {
        Late and(Late other) {
            return new Late(
                    since.isBefore(other.since) ? since : other.since,
                    reason.compareTo(other.reason) <= 0 ? reason : other.reason,
                    messages + other.messages);
        }
    }

    /** A provider. */
    private static final class Watched {
        private final Map<MailClass, Span> waiting = new EnumMap<>(MailClass.class);
        private Optional<Span> alarm = Optional.empty();

        void see(MailClass mailClass, Instant now) {
            waiting.merge(mailClass, new Span(now, now), (known, _) -> known.at(now));
        }

        Optional<Late> late(Held held, Instant now) {
            var most = now.minus(held.bears());
            return Optional.ofNullable(waiting.get(held.mailClass()))
                    .map(Span::since)
                    .filter(since -> !since.isAfter(most) && !held.received().isAfter(most))
                    .map(since -> new Late(since, held.reason(), 1));
        }

        boolean isForgotten(Instant now) {
            waiting.values().removeIf(span -> span.isOver(now));
            return waiting.isEmpty() && alarm.isEmpty();
        }
    }

    /** To be called now and then. */
    void look(Collection<Held> all, Instant now) {
        watched.values().removeIf(each -> each.isForgotten(now));
        for (var held : all) {
            if (watched.size() < MOST || watched.containsKey(held.provider())) {
                watched.computeIfAbsent(held.provider(), _ -> new Watched()).see(held.mailClass(), now);
            }
        }
        var late = new HashMap<ProviderId, Late>();
        for (var held : all) {
            Optional.ofNullable(watched.get(held.provider()))
                    .flatMap(each -> each.late(held, now))
                    .ifPresent(one -> late.merge(held.provider(), one, Late::and));
        }
        watched.forEach((provider, each) -> tell(provider, each, Optional.ofNullable(late.get(provider)), now));
    }

    private void tell(ProviderId provider, Watched each, Optional<Late> late, Instant now) {
        if (late.isPresent() && each.alarm.isPresent()) {
            each.alarm = each.alarm.map(span -> span.at(now));
        } else if (late.isPresent() && alarms < MOST_ALARMS) {
            var since = late.get().since();
            alarms++;
            each.alarm = Optional.of(new Span(since, now));
            LOG.warn(
                    "{}",
                    line("begun", provider)
                            .field("reason", WaitingForRoute.named(late.get().reason()))
                            .field("waiting", late.get().messages())
                            .field("since", since));
        } else if (each.alarm.filter(span -> span.isOver(now)).isPresent()) {
            var since = each.alarm.get().since();
            alarms--;
            each.alarm = Optional.empty();
            LOG.info("{}", line("over", provider).field("since", since));
        }
    }

    private static LogLine line(String state, ProviderId provider) {
        return LogLine.event("alarm")
                .field("what", "held-long")
                .field("state", state)
                .field("provider", provider.id());
    }
}
