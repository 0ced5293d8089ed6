package io.mailvane.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The words of a command, read from left to right; each reader throws {@link UsageException} on a word that is missing or wrong. */
final class Words {
    private final Deque<String> rest;
    private final String usage;

    Words(List<String> typed, String usage) {
        rest = new ArrayDeque<>(typed);
        this.usage = usage;
    }

    String next() {
        var word = rest.poll();
        if (word == null) {
            throw new UsageException("something is missing; it is one of: " + usage);
        }
        return word;
    }

    boolean hasNext() {
        return !rest.isEmpty();
    }

    Inet4Address address() {
        return ipv4(next());
    }

    Inet4Address address(Inet4Address otherwise) {
        return hasNext() ? address() : otherwise;
    }

    long number(long least, long most) {
        var word = next();
        try {
            long number = Long.parseLong(word);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(word + " is not a number");
        }
        throw new UsageException(word + " is not between " + least + " and " + most);
    }

    long number(long least, long most, long otherwise) {
        return hasNext() ? number(least, most) : otherwise;
    }

    void end() {
        if (hasNext()) {
            throw new UsageException(rest.peek() + " is one word too many; it is one of: " + usage);
        }
    }

    UsageException unknown() {
        return new UsageException("it is one of: " + usage);
    }

    static Inet4Address ipv4(String word) {
        if (ip(word) instanceof Inet4Address address) {
            return address;
        }
        throw new UsageException(word + " is not an IPv4 address");
    }

    /** IPv4 or IPv6; an IPv4-mapped address is the IPv4 one. */
    static InetAddress ip(String word) {
        try {
            var address = InetAddress.ofLiteral(word);
            // The JDK also takes the old short forms: 1.2.3 would be 1.2.0.3.
            if (word.contains(":") || address.getHostAddress().equals(word)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(word + " is not an IP address");
        }
        throw new UsageException(word + " is not an IP address");
    }
}
