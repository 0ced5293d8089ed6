package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogfmtLayoutTest {
    private static String line(Level level, String message, Throwable... thrown) {
        var event = new LoggingEvent(
                "any",
                new LoggerContext().getLogger("any"),
                level,
                message,
                thrown.length == 0 ? null : thrown[0],
                null);
        event.setInstant(Instant.parse("2026-03-01T12:00:00.007Z"));
        return new LogfmtLayout().doLayout(event);
    }

    @Test
    void beginsEveryEventWithTimeAndLevel() {
        var held = LogLine.event("held").field("qid", "0123456789ABCDEF").field("reason", "by \"me\"");
        assertThat(line(Level.INFO, held.toString()))
                .isEqualTo("ts=2026-03-01T12:00:00.007Z level=info event=held qid=0123456789ABCDEF"
                        + " reason=\"by \\\"me\\\"\"\n");
    }

    @Test
    void makesOneFieldOfWhatIsNoEvent() {
        assertThat(line(Level.WARN, "two\nlines level=error"))
                .isEqualTo("ts=2026-03-01T12:00:00.007Z level=warn msg=\"two\\u000alines level=error\"\n");
    }

    @Test
    void keepsACauseOnTheLine() {
        var cause = new IOException("no\nspace");
        cause.setStackTrace(new StackTraceElement[] {new StackTraceElement("io.mailvane.A", "write", "A.java", 7)});
        assertThat(line(Level.ERROR, "event=alarm what=queue-closed", cause))
                .isEqualTo("ts=2026-03-01T12:00:00.007Z level=error event=alarm what=queue-closed"
                        + " cause=\"java.io.IOException: no\\u000aspace < io.mailvane.A.write(A.java:7)\"\n");
    }
}
