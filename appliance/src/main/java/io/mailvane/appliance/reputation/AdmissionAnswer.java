package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.AdmissionItem;
import io.mailvane.dnsbl.AdmissionItem.State;
import java.util.Optional;

/**
 * One thing at which an address is looked before its first mail, as REST tells it.
 *
 * @param item {@code ptr}, {@code helo}, {@code spf}, {@code spf DOMAIN}, {@code lists}, {@code port-25}, {@code echo}
 * @param cure one sentence: what is wrong and how it is mended, or why it is not known; empty if it is right
 */
public record AdmissionAnswer(String item, String state, Optional<String> cure) {
    public AdmissionAnswer {
        item = Bounds.text(item);
        state = Bounds.known(state, State.values());
        cure = cure.map(Bounds::text);
    }

    static AdmissionAnswer of(AdmissionItem item) {
        return new AdmissionAnswer(
                item.item(), item.state().toString(), Optional.of(item.cure()).filter(cure -> !cure.isEmpty()));
    }

    /** For people. */
    public String name() {
        return switch (item) {
            case "ptr" -> "PTR record";
            case "helo" -> "EHLO name";
            case "spf" -> "SPF of the EHLO name";
            case "lists" -> "Lists";
            case "port-25" -> "Port 25";
            case "echo" -> "Seen as this address";
            default -> item.startsWith("spf ") ? "SPF of " + item.substring(4) : item;
        };
    }

    /** So that its state is seen without its colour. */
    public String sign() {
        return switch (state) {
            case "right" -> "✓";
            case "wrong" -> "✗";
            case "unknown" -> "?";
            default -> "–";
        };
    }
}
