package io.mailvane.appliance.web;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Host names that can only mean this machine: no DNS is asked, since whoever owns a name decides what it points at, and
 * may change his mind while a browser is looking (DNS rebinding).
 */
final class LoopbackName {
    private static final Pattern FORM =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[(::1|0:0:0:0:0:0:0:1)]");

    private LoopbackName() {}

    /** @param host without port; IPv6 in brackets */
    static boolean matches(String host) {
        return FORM.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
