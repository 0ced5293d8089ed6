package io.mailvane.appliance.web;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the requests that are being answered, so that a server which ends can wait for just these. The JDK's own count is
 * late by the time between an answer's last octet and the end of its exchange, and then a stop waits its whole delay for nobody. Any number
 * of threads.
 */
final class UnderWay extends Filter {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private long count;

    @Override
    public String description() {
        return "requests being answered";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        add(1);
        try {
            chain.doFilter(exchange);
        } finally {
            add(-1);
        }
    }

    private void add(int more) {
        lock.lock();
        try {
            count += more;
            if (count == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when nothing is being answered, when {@code most} has passed, or when this thread is interrupted, which stays so. */
    void awaitNone(Duration most) {
        lock.lock();
        try {
            long left = most.toNanos();
            while (count > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
