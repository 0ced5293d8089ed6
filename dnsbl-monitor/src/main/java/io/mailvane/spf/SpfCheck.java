package io.mailvane.spf;

import java.net.InetAddress;

/**
 * The function {@code check_host()} of RFC 7208 section 4. Blocks its (virtual) thread for DNS. Any number of threads.
 */
public final class SpfCheck {
    private final SpfDns dns;

    public SpfCheck(SpfDns dns) {
        this.dns = dns;
    }

    /**
     * What is asked.
     *
     * @param client an IPv4-mapped address is the IPv4 address
     * @param localPart of the reverse-path; {@code postmaster} where it has none
     * @param domain of the reverse-path, or the EHLO name; A-labels
     * @param helo what EHLO says
     */
    public record Question(InetAddress client, String localPart, String domain, String helo) {
        /** For a domain, whoever sends in it. */
        public static Question of(InetAddress client, String domain, String helo) {
            return new Question(client, "postmaster", domain, helo);
        }
    }

    public SpfResult check(Question question) {
        return new Evaluation(dns, question).run();
    }
}
