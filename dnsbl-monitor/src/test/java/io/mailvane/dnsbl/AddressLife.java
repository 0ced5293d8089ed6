package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whole histories of an address, a line for each event: hour, event, and what the address then is: state, share in per cent,
 * with those of receivers that have another one, hour of the next change by time.
 *
 * <p>Events: {@code clean}; {@code sbl}, {@code css}, {@code spamcop}, {@code minor}, {@code pbl} listed; {@code suspect} of something;
 * {@code faults} in its set-up before the first mail; {@code strike}; {@code drain}, {@code disable}, {@code enable}, {@code retire} by
 * an operator, {@code +4}: for four hours; {@code drained}: nothing is under way. A {@code !} before it: there is no other way out.
 */
final class AddressLife {
    static final IpAddress IP = IpAddress.parse("203.0.113.7");
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final ProviderId CISCO = new ProviderId("cisco");

    private final AddressRules rules;

    AddressLife(AddressRules rules) {
        this.rules = rules;
    }

    /** Lives it, of an address that was in use before, and holds what came of it against what is written. */
    void check(String history) {
        var address = new Address[] {Address.unknown(new Source("a1", IP, true, true), hour(0))};
        var lived =
                history.lines().map(line -> live(address, line.split(" "))).collect(Collectors.joining("\n", "", "\n"));

        assertThat(lived).isEqualTo(history);
    }

    private String live(Address[] address, String[] words) {
        var now = hour(Double.parseDouble(words[0]));
        address[0] = switch (words[1]) {
            case "strike" -> rules.struck(address[0], now);
            case "drained" -> rules.drained(address[0], now);
            default -> heard(address[0], words[1].replace("!", ""), !words[1].startsWith("!"), now);
        };
        return words[0] + " " + words[1] + " " + shown(address[0], Double.parseDouble(words[0]));
    }

    private Address heard(Address address, String event, boolean otherRoute, Moment now) {
        var parts = event.split("\\+");
        return switch (parts[0]) {
            case "drain", "disable", "enable", "retire" -> {
                var operation = Operation.valueOf(parts[0].toUpperCase(Locale.ROOT));
                var until = parts.length == 1
                        ? Optional.<Instant>empty()
                        : Optional.of(now.wall().plus(Duration.ofHours(Long.parseLong(parts[1]))));
                yield rules.operated(
                        address, new OperatorOrder(operation, "eva", "maintenance", until), otherRoute, now);
            }
            default -> rules.judged(address, evidence(event), otherRoute, now);
        };
    }

    String shown(Address address, double hour) {
        var standing = rules.standing(address, hour(hour));
        var until = standing.until()
                .map(at -> Math.floorDiv(Duration.between(Cells.START, at).toMinutes(), 6) / 10.0)
                .map(hours -> hours == Math.rint(hours) ? String.valueOf(hours.intValue()) : hours.toString())
                .orElse("-");
        var others = standing.shares().entrySet().stream()
                .map(each -> "," + each.getKey() + "=" + Math.round(each.getValue() * 100))
                .sorted()
                .collect(Collectors.joining());
        return standing.state() + " " + Math.round(standing.share() * 100) + others + " " + until;
    }

    static Evidence evidence(String what) {
        return switch (what) {
            case "clean" -> new Evidence(0, 0, Map.of(), "", false, false, List.of(), "no list names it");
            case "suspect" -> new Evidence(0, 0, Map.of(), "", false, true, List.of(), "no list names it");
            case "sbl" -> new Evidence(100, 100, Map.of(), "listed on SBL", false, false, List.of(), "listed on SBL");
            case "css" -> new Evidence(90, 90, Map.of(GOOGLE, 18.0), "", false, false, List.of(), "listed on CSS");
            case "spamcop" ->
                new Evidence(
                        40, 24, Map.of(GOOGLE, 4.0, CISCO, 60.0), "", false, false, List.of(), "listed on SpamCop");
            case "minor" -> new Evidence(40, 24, Map.of(), "", false, false, List.of(), "listed on Mailspike");
            case "pbl" -> new Evidence(90, 90, Map.of(), "listed on PBL", true, false, List.of(), "listed on PBL");
            case "faults" ->
                new Evidence(
                        0,
                        0,
                        Map.of(),
                        "",
                        false,
                        false,
                        List.of("PTR is missing", "listed on PBL"),
                        "no list names it");
            default -> throw new IllegalArgumentException(what);
        };
    }

    static Moment hour(double hour) {
        return Cells.minute(hour * 60);
    }
}
