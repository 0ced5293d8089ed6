package io.mailvane.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Mail all the while, to each of several nodes by several sessions; a session that is refused or cut begins anew. */
final class ZoneLoad implements AutoCloseable {
    private static final long PAUSE_MILLIS = 20;

    private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    ZoneLoad(List<InetSocketAddress> nodes, int sessionsEach) {
        for (var node : nodes) {
            IntStream.range(0, sessionsEach)
                    .forEach(session ->
                            sessions.execute(() -> send(node, node.getAddress().getHostAddress() + "-" + session)));
        }
    }

    static String content(String mark) {
        return "Subject: " + mark + "\r\n\r\n" + ("The mail " + mark + "\r\n").repeat(50) + "end";
    }

    private void send(InetSocketAddress node, String session) {
        for (int connection = 0; !isOver(); connection++) {
            try (var talk = new SmtpTalk(node)) {
                for (int i = 0; !isOver(); i++) {
                    send(talk, session + "-" + connection + "-" + i);
                }
            } catch (IOException e) {
                // Its node is gone, or cut off: what had no 250 is of nobody's account.
                pause();
            }
        }
    }

    private void send(SmtpTalk talk, String mark) throws IOException {
        var reply = talk.ask("MAIL FROM:<me@example.org>");
        if (reply.startsWith("250")) {
            talk.ask("RCPT TO:<you@shop.example>");
            reply = talk.data(content(mark) + "\r\n");
        }
        if (reply.startsWith("4")) {
            refused.incrementAndGet();
        } else {
            accepted.put(SmtpTalk.queueId(reply), mark);
        }
        pause();
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    /** So that the load leaves room for what is proved; the end ends it. */
    private void pause() {
        try {
            over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The mark of each message that got its 250, by its queue id. */
    Map<String, String> accepted() {
        return accepted;
    }

    /** How often the answer was: not now. */
    int refused() {
        return refused.get();
    }

    /** Lets what is under way come to its end. */
    void end() {
        over.countDown();
        sessions.close();
    }

    @Override
    public void close() {
        end();
    }
}
