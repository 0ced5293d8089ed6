package io.mailvane.systemtests;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A receiver that remembers what it took and when. Of some messages its reply is lost, and of all that it is too busy for. */
final class Witness implements Manners {
    private static final Pattern QUEUE_ID = Pattern.compile("\\bby mx-[ab]\\.example with ESMTP id ([0-9A-Za-z]+)");

    private final List<Copy> copies = new CopyOnWriteArrayList<>();
    private final AtomicInteger heard = new AtomicInteger();
    private final int losesEach;
    private volatile boolean isBusy;

    /** @param isAnswered who sent it was told */
    record Copy(String qid, String content, Instant at, boolean isAnswered) {}

    /** @param losesEach the reply to one of so many messages is lost */
    Witness(int losesEach) {
        this.losesEach = losesEach;
    }

    /** From now on it defers all mail, or takes it again. */
    void isBusy(boolean value) {
        isBusy = value;
    }

    /** What it took, in that order. */
    List<Copy> copies() {
        return copies;
    }

    @Override
    public String reply(String command) throws IOException {
        return isBusy && command.startsWith("RCPT") ? "451 4.3.2 Busy" : Manners.super.reply(command);
    }

    @Override
    public String verdict(NextHop.Taken taken) throws IOException {
        boolean isLost = heard.incrementAndGet() % losesEach == 0;
        copies.add(new Copy(queueId(taken.content()), taken.content(), Instant.now(), !isLost));
        if (isLost) {
            throw new IOException("the reply is lost");
        }
        return Manners.super.verdict(taken);
    }

    private static String queueId(String content) throws IOException {
        var id = QUEUE_ID.matcher(content);
        if (!id.find()) {
            throw new IOException("a message without a trace of ours: " + content);
        }
        return id.group(1);
    }
}
