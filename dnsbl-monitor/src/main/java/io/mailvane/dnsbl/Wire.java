package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;

/**
 * One question to one server, on the calling (virtual) thread. The resolver checks the id and the source, and asks again
 * by TCP when a reply is truncated.
 *
 * <p>What went wrong is said in words of ours: messages of the library quote the question, in which a key may stand.
 */
final class Wire {
    private Wire() {}

    /** A reply to our question, or that there was none. */
    sealed interface Outcome {
        record Reply(Message message) implements Outcome {}

        record None(DnsReply.Silent silent) implements Outcome {}
    }

    static Message question(Name name, int type, boolean recursive) {
        var message = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        if (!recursive) {
            message.getHeader().unsetFlag(Flags.RD);
        }
        return message;
    }

    /** @param deadline of all of it, the second way by TCP included */
    static Outcome ask(Resolver resolver, Message question, Duration deadline) {
        CompletableFuture<Message> reply = resolver.sendAsync(question).toCompletableFuture();
        try {
            return checked(question, reply.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            reply.cancel(true);
            return none("no answer in time");
        } catch (ExecutionException e) {
            return none("no usable answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none("interrupted");
        }
    }

    private static Outcome checked(Message question, Message reply) {
        var asked = reply.getQuestion();
        boolean ours = reply.getHeader().getFlag(Flags.QR)
                && asked != null
                && asked.getName().equals(question.getQuestion().getName())
                && asked.getType() == question.getQuestion().getType();
        if (!ours) {
            return none("an answer to another question");
        }
        return reply.getHeader().getFlag(Flags.TC) ? none("truncated") : new Outcome.Reply(reply);
    }

    private static Outcome none(String why) {
        return new Outcome.None(new DnsReply.Silent(why));
    }
}
