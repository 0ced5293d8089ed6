package io.mailvane.outbound;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may say the credentials of a next hop: anybody once they were accepted, and one session after the other until then and after they were
 * refused, for a wrong password that is said many times gets the account locked. Any number of threads.
 */
final class AuthTurns {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private boolean accepted;
    private int underWay;
    private int refusals;
    private Optional<UnusableHostException> last = Optional.empty();

    /** Says them, and hears what is thought of them. */
    @FunctionalInterface
    interface Exchange {
        /** @throws UnusableHostException if they are refused, or not taken just now */
        void run() throws IOException;
    }

    /** For one delivery that begins now. */
    Attempt begin() {
        lock.lock();
        try {
            return new Attempt(refusals);
        } finally {
            lock.unlock();
        }
    }

    /** One delivery's: whatever is refused after its begin is refused to it too. One thread. */
    final class Attempt {
        private final int before;

        private Attempt(int before) {
            this.before = before;
        }

        /**
         * Waits for its turn and takes it.
         *
         * @throws UnusableHostException as {@code exchange}, or if they were refused to somebody else since this delivery began: then they are
         *     not said
         */
        void say(Deadline deadline, Exchange exchange) throws IOException {
            take(deadline);
            try {
                exchange.run();
                accepted();
            } catch (UnusableHostException e) {
                if (e.isRefusedForGood()) {
                    refused(e);
                }
                throw e;
            } finally {
                end();
            }
        }

        private void take(Deadline deadline) throws IOException {
            lock.lock();
            try {
                while (underWay > 0 && !accepted && refusals == before) {
                    await(deadline);
                }
                if (refusals != before && last.isPresent()) {
                    throw last.get().toAnother();
                }
                underWay++;
            } finally {
                lock.unlock();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    private void await(Deadline deadline) throws IOException {
        try {
            if (ended.awaitNanos(deadline.remainingNanos()) <= 0) {
                throw new IOException("another session tries our credentials and has no answer yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the session was closed");
        }
    }

    private void refused(UnusableHostException refusal) {
        lock.lock();
        try {
            refusals++;
            accepted = false;
            last = Optional.of(refusal);
        } finally {
            lock.unlock();
        }
    }

    private void accepted() {
        lock.lock();
        try {
            accepted = true;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            underWay--;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
