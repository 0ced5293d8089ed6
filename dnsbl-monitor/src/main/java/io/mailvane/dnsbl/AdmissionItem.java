package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One thing at which an address is looked before its first mail.
 *
 * @param item {@code ptr}, {@code helo}, {@code spf} of the EHLO name, {@code spf DOMAIN} of one that sends here, {@code lists},
 *     {@code port-25}, {@code echo}: whether receivers see the address that we believe to use
 * @param cure one sentence: what is wrong and how it is mended, or why it is not known; "" if it is right
 */
public record AdmissionItem(String item, State state, String cure) {
    /** How it stands. */
    public enum State {
        RIGHT,
        WRONG,
        UNKNOWN,
        /** It is not looked at, and hinders nothing. */
        LEFT_OUT;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static AdmissionItem right(String item) {
        return new AdmissionItem(item, State.RIGHT, "");
    }

    static AdmissionItem wrong(String item, String cure) {
        return new AdmissionItem(item, State.WRONG, cure);
    }

    static AdmissionItem unknown(String item, String why) {
        return new AdmissionItem(item, State.UNKNOWN, why);
    }

    static AdmissionItem leftOut(String item, String why) {
        return new AdmissionItem(item, State.LEFT_OUT, why);
    }

    boolean hinders() {
        return state == State.WRONG || state == State.UNKNOWN;
    }
}
