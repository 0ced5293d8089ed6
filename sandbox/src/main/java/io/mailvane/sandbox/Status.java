package io.mailvane.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the world stands, in the form in which it is shown; absent is null. */
record Status(Announcement addresses, String resolver, List<ZoneStatus> zones, List<ReceiverStatus> receivers) {
    /**
     * @param answer the manner, as people type it
     * @param questions since the start
     * @param listings only of a blacklist
     */
    record ZoneStatus(String zone, String answer, long questions, List<ListingStatus> listings) {}

    record ListingStatus(String ip, List<String> codes, String reason) {
        static ListingStatus of(String ip, Listing listing) {
            return new ListingStatus(ip, listing.codeTexts(), listing.reason());
        }
    }

    /**
     * @param kept copies since the start
     * @param refused reply by local address
     */
    record ReceiverStatus(
            String name, String answer, Map<String, String> refused, long kept, long refusals, Optional<Last> last) {}

    /** How the last mail came. */
    record Last(String at, String client, String seenAs, String helo, String id) {}
}
