package io.mailvane.appliance.node;

/** The configuration of a node of the tests: it listens on free ports of loopback, and no name server is there to answer it. */
public final class NodeText {
    public static final String PLAIN = """
            [node]
            name = "zone-a"
            zone = "a"
            hostname = "mx-a.example"
            data = "data"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            [http]
            address = "127.0.0.1:0"
            [dns]
            resolvers = ["127.0.0.1:9"]
            """;

    private static final String WATCHING = """
            [[source]]
            name = "a1"
            local = "127.0.0.11"
            public = "203.0.113.11"
            helo = "out1.example"
            admitted = true
            warm = true
            [dnsbl]
            catalogue = "none"
            spamhaus = "off"
            interval = "1s"
            interval-min = "1s"
            interval-listed = "1s"
            interval-default = "1s"
            confirm-gap = "1s"
            min-listed = "2s"
            clean-over = "2s"
            [[dnsbl.list]]
            id = "test"
            zone = "bl.test"
            servers = ["SERVER"]
            weight = 100
            codes = { "127.0.0.2" = "listed" }
            [routing]
            ramp = [50, 100]
            ramp-step = "1s"
            ramp-step-max = "1s"
            flap-suppress = 1000000
            """;

    private NodeText() {}

    /**
     * As {@link #watching}, of an address that is not admitted yet: mail is sent in shop.example, and whoever listens on loopback at that port
     * is asked to greet it.
     */
    public static String waiting(ListServer lists, int port) {
        return watching(lists)
                .replace("admitted = true\nwarm = true\n", "")
                .replace("127.0.0.1:9", lists.address())
                .replace(
                        "[dnsbl]\n",
                        "[direct]\nport = " + port
                                + "\nprobe = [\"127.0.0.1\"]\n[dnsbl]\ntimeout = \"1s\"\nsecond-timeout = \"1s\"\ncontrol-interval = \"1s\"\n")
                .replace("[routing]\n", "[routing]\nsender-domains = [\"shop.example\"]\n");
    }

    /** It watches 203.0.113.11 on that list, and does in seconds what takes hours. */
    public static String watching(ListServer lists) {
        return PLAIN + WATCHING.replace("SERVER", lists.address());
    }
}
