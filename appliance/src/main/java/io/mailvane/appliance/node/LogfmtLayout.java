package io.mailvane.appliance.node;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import io.mailvane.mail.LogLine;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of logfmt for each event of the log, also for those of libraries and for exceptions: {@code ts}, {@code level},
 * then the event's own fields, or {@code msg} where it has none.
 */
public final class LogfmtLayout extends LayoutBase<ILoggingEvent> {
    private static final int FRAMES = 8;

    private final CachingDateFormatter time = new CachingDateFormatter("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", ZoneOffset.UTC);

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringBuilder(512)
                .append("ts=")
                .append(time.format(event.getTimeStamp()))
                .append(" level=")
                .append(event.getLevel().toString().toLowerCase(Locale.ROOT))
                .append(' ');
        var message = event.getFormattedMessage();
        line.append(message.startsWith("event=") ? message : field("msg", message));
        if (event.getThrowableProxy() != null) {
            line.append(' ').append(field("cause", causes(event.getThrowableProxy())));
        }
        return line.append('\n').toString();
    }

    private static String field(String name, String value) {
        return LogLine.event("-").field(name, value).toString().substring("event=- ".length());
    }

    private static String causes(@Nullable IThrowableProxy thrown) {
        var text = new StringBuilder();
        for (var at = thrown; at != null; at = at.getCause()) {
            text.append(text.isEmpty() ? "" : " caused by ")
                    .append(at.getClassName())
                    .append(": ")
                    .append(at.getMessage());
            var frames = at.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
                text.append(" < ").append(frames[i].getStackTraceElement());
            }
        }
        return text.toString();
    }
}
