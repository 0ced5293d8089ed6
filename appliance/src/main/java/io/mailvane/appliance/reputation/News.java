package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What happened in the last 24 hours, newest first: each at most one more than is shown, to tell that there is more.
 *
 * @param recent other than replies
 * @param replies of receivers, against an address; so many come at times that the others would not be seen for them
 */
public record News(List<EventAnswer> recent, List<EventAnswer> replies) {
    /** So many of each are shown. */
    public static final int SHOWN = 20;

    static final Set<Kind> REPLIES = Set.of(Kind.REPLY);
    static final Set<Kind> OTHERS = EnumSet.complementOf(EnumSet.of(Kind.REPLY));

    public News {
        recent = Bounds.list(recent, Bounds.FEW);
        replies = Bounds.list(replies, Bounds.FEW);
    }
}
