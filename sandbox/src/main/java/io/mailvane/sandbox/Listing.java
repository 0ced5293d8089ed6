package io.mailvane.sandbox;

import java.net.Inet4Address;
import java.util.List;

/**
 * Why and how an address is on a blacklist.
 *
 * @param codes at least one return code
 * @param reason for TXT, as the list's operator would write it; at most 2000 octets of UTF-8
 */
record Listing(List<Inet4Address> codes, String reason) {
    Listing {
        codes = List.copyOf(codes);
        if (codes.isEmpty()) {
            throw new IllegalArgumentException("a listing has a code");
        }
    }

    List<String> codeTexts() {
        return codes.stream().map(Inet4Address::getHostAddress).toList();
    }
}
