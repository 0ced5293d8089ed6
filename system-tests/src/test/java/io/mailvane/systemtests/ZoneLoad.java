package io.mailvane.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Mail all the while, to each of several nodes by several sessions; a session that is refused or cut begins anew. Where it is asked for,
 * some of it is what every scanner finds.
 */
final class ZoneLoad implements AutoCloseable {
    private static final long PAUSE_MILLIS = 20;
    private static final String FOUND = "-found";
    private static final String GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger rejected = new AtomicInteger();
    private final List<String> odd = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final int foundEach;

    ZoneLoad(List<InetSocketAddress> nodes, int sessionsEach) {
        this(nodes, sessionsEach, Integer.MAX_VALUE);
    }

    /** @param foundEach one of so many is what a scan finds */
    ZoneLoad(List<InetSocketAddress> nodes, int sessionsEach, int foundEach) {
        this.foundEach = foundEach;
        for (var node : nodes) {
            IntStream.range(0, sessionsEach)
                    .forEach(session ->
                            sessions.execute(() -> send(node, node.getAddress().getHostAddress() + "-" + session)));
        }
    }

    static String content(String mark) {
        return "Subject: " + mark + "\r\n\r\n" + ("The mail " + mark + "\r\n").repeat(50)
                + (isFound(mark) ? GTUBE + "\r\n" : "") + "end";
    }

    /** Whether it is what a scan finds. */
    static boolean isFound(String mark) {
        return mark.endsWith(FOUND);
    }

    private void send(InetSocketAddress node, String session) {
        for (int connection = 0; !isOver(); connection++) {
            try (var talk = new SmtpTalk(node)) {
                for (int i = 0; !isOver(); i++) {
                    send(talk, session + "-" + connection + "-" + i + (i % foundEach == foundEach - 1 ? FOUND : ""));
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
        } else if (reply.startsWith("550") && isFound(mark)) {
            rejected.incrementAndGet();
        } else if (reply.startsWith("250")) {
            accepted.put(SmtpTalk.queueId(reply), mark);
        } else {
            odd.add(mark + " was answered " + reply);
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

    /** How often a scan's finding was answered. */
    int rejected() {
        return rejected.get();
    }

    /** Answers that no client should get. */
    List<String> odd() {
        return odd;
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
