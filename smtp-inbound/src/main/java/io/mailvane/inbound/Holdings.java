package io.mailvane.inbound;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * What all sessions together hold in memory of what their clients sent: no more than is set, however many they are, and of one
 * client no more than half of it. Beyond that a client is asked to come again. Any number of threads.
 */
final class Holdings {
    private static final int MOST_OF_ONE_CLIENT = 2;

    private final long most;
    private final Map<InetAddress, Long> byClient = new HashMap<>();
    private long held;

    /** @param most octets */
    Holdings(long most) {
        this.most = most;
    }

    /** What a session of this client holds; nothing yet. */
    Share share(InetAddress client) {
        return new Share(client);
    }

    private synchronized boolean take(InetAddress client, long octets) {
        long ofClient = byClient.getOrDefault(client, 0L) + octets;
        if (held + octets > most || ofClient > most / MOST_OF_ONE_CLIENT) {
            return false;
        }
        byClient.put(client, ofClient);
        held += octets;
        return true;
    }

    private synchronized void giveBack(InetAddress client, long octets) {
        byClient.computeIfPresent(client, (_, ofClient) -> ofClient > octets ? ofClient - octets : null);
        held -= octets;
    }

    /** A session's part. One thread. */
    final class Share {
        private final InetAddress client;
        private long taken;

        private Share(InetAddress client) {
            this.client = client;
        }

        /** @return false if there is no room for so much more: nothing was taken */
        boolean take(long octets) {
            boolean room = Holdings.this.take(client, octets);
            if (room) {
                taken += octets;
            }
            return room;
        }

        /** All of it. */
        void giveBack() {
            if (taken > 0) {
                Holdings.this.giveBack(client, taken);
                taken = 0;
            }
        }
    }
}
