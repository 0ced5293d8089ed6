package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One round of a crash proof: a load by several sessions, kill -9 in its middle, on request the loss of everything that was not forced, a
 * new start on what is left, and the account of every 250. The node delivers to maildirs all the while.
 */
final class CrashRound {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private final Path directory;
    private final Load load;

    /**
     * @param sessions that send at once
     * @param killAfter so many acceptances
     * @param octets of each body, about
     */
    record Load(int sessions, int killAfter, int octets) {}

    /** Whether the power goes with the process. */
    enum Loss {
        PROCESS,
        POWER
    }

    /**
     * What became of the mail.
     *
     * @param accepted messages that got their 250
     * @param unanswered delivered although the crash swallowed their 250
     * @param twice delivered again because the crash came before their outcome was written
     * @param faults every other difference, in a sentence each: none, or Mailvane broke a promise
     */
    record Account(int accepted, int unanswered, int twice, List<String> faults) {}

    CrashRound(Path directory, Load load) {
        this.directory = directory;
        this.load = load;
    }

    Account run(Loss loss) throws IOException, InterruptedException {
        NodeFile.maildir(directory);
        Optional<ForceShim> shim = loss == Loss.POWER ? Optional.of(ForceShim.compile(directory)) : Optional.empty();
        Map<String, String> environment = new HashMap<>();
        shim.ifPresent(s -> s.preloadInto(environment));
        var accepted = crash(environment);
        var settled = Set.copyOf(DeliveredMail.settled(directory.resolve("err")));
        if (shim.isPresent()) {
            shim.get().cutToForced(directory.resolve("data/volume/zone-a"));
        }
        try (var again = NodeProcess.start(directory)) {
            await().atMost(DEADLINE).until(() -> again.queued() == 0);
        }
        return account(accepted, settled, Set.copyOf(DeliveredMail.inDoubt(directory.resolve("err"))));
    }

    /** The mark of each message that got its 250, by its queue id. */
    private Map<String, String> crash(Map<String, String> environment) throws IOException, InterruptedException {
        Map<String, String> accepted = new ConcurrentHashMap<>();
        var dying = new java.util.concurrent.atomic.AtomicBoolean();
        try (var node = NodeProcess.start(directory, environment);
                var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = node.smtpPort();
            List<Future<?>> running = IntStream.range(0, load.sessions())
                    .<Future<?>>mapToObj(session -> sessions.submit(() -> send(port, session, accepted, dying)))
                    .toList();
            await().atMost(DEADLINE).until(() -> accepted.size() >= load.killAfter() || anyDone(running));
            dying.set(true);
            node.kill();
            for (var session : running) {
                session.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a session ended before the kill", e.getCause());
        }
        return accepted;
    }

    private static boolean anyDone(List<Future<?>> running) {
        return running.stream().anyMatch(Future::isDone);
    }

    private @Nullable Void send(
            int port, int session, Map<String, String> accepted, java.util.concurrent.atomic.AtomicBoolean dying)
            throws IOException {
        try (var talk = new SmtpTalk(port)) {
            for (int i = 0; ; i++) {
                var mark = session + "-" + i;
                accepted.put(SmtpTalk.queueId(talk.sendMail(content(mark))), mark);
            }
        } catch (IOException e) {
            if (!dying.get()) {
                throw e;
            }
            return null;
        }
    }

    private String content(String mark) {
        return "Subject: " + mark + "\r\n\r\n" + ("The mail " + mark + "\r\n").repeat(load.octets() / 16 + 1) + "end";
    }

    private Account account(Map<String, String> accepted, Set<String> settled, Set<String> inDoubt) throws IOException {
        Map<String, List<String>> delivered = DeliveredMail.in(directory);
        var faults = new ArrayList<String>();
        accepted.forEach((qid, mark) -> {
            var copies = delivered.getOrDefault(qid, List.of());
            if (copies.isEmpty()) {
                faults.add(qid + " got its 250 and is lost");
            }
            if (!copies.stream().allMatch(DeliveredMail.asDelivered(content(mark))::equals)) {
                faults.add(qid + " is not what was sent");
            }
        });
        int twice = 0;
        for (var copies : delivered.entrySet()) {
            if (copies.getValue().size() > 1) {
                twice++;
                if (settled.contains(copies.getKey()) || copies.getValue().size() > 2) {
                    faults.add(copies.getKey() + " was settled and delivered again");
                }
                if (!inDoubt.contains(copies.getKey())) {
                    faults.add(copies.getKey() + " was delivered again, and the log does not say why");
                }
            }
        }
        int unanswered = (int) delivered.keySet().stream()
                .filter(qid -> !accepted.containsKey(qid))
                .count();
        return new Account(accepted.size(), unanswered, twice, List.copyOf(faults));
    }
}
