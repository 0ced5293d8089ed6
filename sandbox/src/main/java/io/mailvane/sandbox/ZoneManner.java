package io.mailvane.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Rcode;

/** How a zone answers: as it should, or as lists and resolvers of the real world have been seen to. */
sealed interface ZoneManner {
    /** What people type for it. */
    String words();

    record Normal() implements ZoneManner {
        @Override
        public String words() {
            return "normal";
        }
    }

    /** Every name is listed: a list that ends by "listing the world". */
    record Wildcard(Inet4Address code) implements ZoneManner {
        @Override
        public String words() {
            return "wildcard " + code.getHostAddress();
        }
    }

    /** No answer at all. */
    record Mute() implements ZoneManner {
        @Override
        public String words() {
            return "mute";
        }
    }

    /**
     * An error instead of an answer.
     *
     * @param rcode REFUSED, SERVFAIL, FORMERR or NOTIMP
     */
    record Fault(int rcode) implements ZoneManner {
        @Override
        public String words() {
            return rcode == Rcode.REFUSED ? "refuse" : Rcode.string(rcode).toLowerCase(Locale.ROOT);
        }
    }

    /** The domain was lost: every name, the origin too, is at the address of whoever parks it. */
    record Parked(Inet4Address address) implements ZoneManner {
        @Override
        public String words() {
            return "parked " + address.getHostAddress();
        }
    }

    /** Right, but late. */
    record Slow(Duration delay) implements ZoneManner {
        @Override
        public String words() {
            return "slow " + delay.toMillis();
        }
    }

    /** Every answer by UDP has TC set; by TCP all is well. */
    record Truncated() implements ZoneManner {
        @Override
        public String words() {
            return "truncated";
        }
    }

    /** Every answer by UDP has TC set, and TCP hangs up. */
    record TruncatedDeaf() implements ZoneManner {
        @Override
        public String words() {
            return "truncated-deaf";
        }
    }

    /** The zone has nothing but its SOA and NS: a list that was emptied, test points and all. */
    record Empty() implements ZoneManner {
        @Override
        public String words() {
            return "empty";
        }
    }

    /** NOERROR without records instead of NXDOMAIN and instead of listings. */
    record NoData() implements ZoneManner {
        @Override
        public String words() {
            return "nodata";
        }
    }

    /** The zone is not there any more: its parent says NXDOMAIN, a server without the parent REFUSED. */
    record Gone() implements ZoneManner {
        @Override
        public String words() {
            return "gone";
        }
    }

    /** Every question is answered with a code that means "you may not ask". */
    record ErrorCode(Inet4Address code) implements ZoneManner {
        @Override
        public String words() {
            return "error-code " + code.getHostAddress();
        }
    }

    /** Answers carry an id that nobody asked with. */
    record WrongId() implements ZoneManner {
        @Override
        public String words() {
            return "wrong-id";
        }
    }

    /** Of a documentation network (RFC 5737), where parked domains may stand. */
    Inet4Address PARKING = (Inet4Address) InetAddress.ofLiteral("198.51.100.80");

    String USAGE =
            "normal | wildcard [CODE] | mute | refuse | servfail | formerr | notimp | parked [ADDRESS] | slow MILLIS"
                    + " | truncated | truncated-deaf | empty | nodata | gone | error-code CODE | wrong-id";

    /**
     * @throws UsageException if the words are none of {@link #USAGE}
     */
    static ZoneManner parse(List<String> typed) {
        var words = new Words(typed, USAGE);
        var manner = switch (words.next()) {
            case "normal" -> new Normal();
            case "wildcard" -> new Wildcard(words.address(BlacklistZone.LISTED));
            case "mute" -> new Mute();
            case "refuse" -> new Fault(Rcode.REFUSED);
            case "servfail" -> new Fault(Rcode.SERVFAIL);
            case "formerr" -> new Fault(Rcode.FORMERR);
            case "notimp" -> new Fault(Rcode.NOTIMP);
            case "parked" -> new Parked(words.address(PARKING));
            case "slow" -> new Slow(Duration.ofMillis(words.number(0, 60_000)));
            case "truncated" -> new Truncated();
            case "truncated-deaf" -> new TruncatedDeaf();
            case "empty" -> new Empty();
            case "nodata" -> new NoData();
            case "gone" -> new Gone();
            case "error-code" -> new ErrorCode(words.address());
            case "wrong-id" -> new WrongId();
            default -> throw words.unknown();
        };
        words.end();
        return manner;
    }
}
