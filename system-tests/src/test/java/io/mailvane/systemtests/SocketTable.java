package io.mailvane.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The TCP and UDP sockets of some processes, those that end meanwhile left out, as Linux shows them in {@code /proc}.
 *
 * @param listening also those of UDP that anybody may send to
 */
record SocketTable(List<String> listening, List<String> peers) {
    private static final String LISTENING = "0A";

    static SocketTable of(Collection<Long> processes) throws IOException {
        var inodes = new HashSet<String>();
        for (long pid : processes) {
            inodes.addAll(sockets(pid));
        }
        var listening = new ArrayList<String>();
        var peers = new ArrayList<String>();
        for (var protocol : new String[] {"tcp", "tcp6", "udp", "udp6"}) {
            for (var line : Files.readAllLines(Path.of("/proc/net", protocol))) {
                var columns = line.strip().split("\\s+");
                if (!inodes.contains(columns[9])) {
                    continue;
                }
                if (columns[3].equals(LISTENING) || columns[2].matches("0+:0000")) {
                    listening.add(address(columns[1]));
                } else {
                    peers.add(address(columns[2]));
                }
            }
        }
        return new SocketTable(List.copyOf(listening), List.copyOf(peers));
    }

    private static Set<String> sockets(long pid) throws IOException {
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            var inodes = new HashSet<String>();
            for (var descriptor : descriptors.toList()) {
                target(descriptor).map(SocketTable::inode).ifPresent(inodes::add);
            }
            return inodes;
        } catch (IOException | UncheckedIOException e) {
            if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
                throw e;
            }
            return Set.of();
        }
    }

    /** Of a descriptor that may have been closed meanwhile. */
    private static java.util.Optional<String> target(Path descriptor) {
        try {
            return java.util.Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
            return java.util.Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String inode(String target) {
        return target.replaceAll("socket:\\[(\\d+)]", "$1");
    }

    /** Hexadecimal words in the machine's order of octets. An IPv4 address in IPv6 is shown as IPv4. */
    private static String address(String column) throws IOException {
        var parts = column.split(":");
        var octets = HexFormat.of().parseHex(parts[0]);
        for (int word = 0; word < octets.length; word += 4) {
            swap(octets, word, word + 3);
            swap(octets, word + 1, word + 2);
        }
        return InetAddress.getByAddress(octets).getHostAddress() + ":" + Integer.parseInt(parts[1], 16);
    }

    private static void swap(byte[] octets, int one, int other) {
        byte kept = octets[one];
        octets[one] = octets[other];
        octets[other] = kept;
    }
}
