package io.mailvane.inbound;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.BaseRequest;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.UnknownCommandHandler;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.ExpnCmdHandler;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.apache.james.protocols.smtp.core.HelpCmdHandler;
import org.apache.james.protocols.smtp.core.NoopCmdHandler;
import org.apache.james.protocols.smtp.core.QuitCmdHandler;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;
import org.apache.james.protocols.smtp.core.VrfyCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;

/**
 * The James handler chain as we use it: its dispatch, its session and its small commands; our MAIL, RCPT, DATA, BDAT and
 * STARTTLS. Built once, used by any number of threads.
 */
final class Chain {
    private static final Response NOT_UTF8 = Session.response(501, "5.5.2", "A command is ASCII or UTF-8");

    private final Dispatcher dispatcher = new Dispatcher();
    private final Configuration configuration;
    private final Judge judge;

    Chain(InboundSettings settings, Judge judge) {
        this.configuration = new Configuration(settings);
        this.judge = judge;
        MetricFactory metrics = new NoMetrics();
        var chain = new SMTPProtocolHandlerChain(metrics, false);
        chain.addAll(List.<ProtocolHandler>of(
                dispatcher,
                new Ehlo(metrics, settings.hostname()),
                new Extensions(settings.limits()),
                new Helo(metrics, settings.hostname()),
                new MailHandler(judge),
                new RcptHandler(judge, settings.hostname()),
                new WireHandler(judge),
                new NoopCmdHandler(),
                new Rset(),
                new Quit(metrics),
                new Vrfy(),
                new ExpnCmdHandler(),
                new HelpCmdHandler(),
                new Unknown()));
        try {
            chain.wireExtensibleHandlers();
        } catch (WiringException e) {
            throw new IllegalStateException("the chain of handlers does not fit together", e);
        }
    }

    Judge judge() {
        return judge;
    }

    Configuration configuration() {
        return configuration;
    }

    /** @return empty if the reply comes later, from the wire */
    Optional<Response> onLine(Session session, byte[] line) {
        return isUtf8(line) || Verb.of(line).introduces()
                ? Optional.ofNullable(dispatcher.onLine(session, line))
                : Optional.of(NOT_UTF8);
    }

    /** Decoding would put something else for what is malformed, and make another mailbox of it; in a client's name that does no harm. */
    private static boolean isUtf8(byte[] line) {
        for (byte b : line) {
            if (b < 0) {
                return decodes(line);
            }
        }
        return true;
    }

    private static boolean decodes(byte[] line) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    static final class Configuration extends SMTPConfigurationImpl {
        private final String hostname;
        private final long messageSize;

        Configuration(InboundSettings settings) {
            this.hostname = settings.hostname();
            this.messageSize = settings.limits().messageSize();
        }

        @Override
        public String getHelloName() {
            return hostname;
        }

        @Override
        public long getMaxMessageSize() {
            return messageSize;
        }
    }

    /** A command is one word, a space and the rest, in UTF-8: James's own trims what should be a syntax error. */
    private static final class Dispatcher extends CommandDispatcher<SMTPSession> {
        /** A tab that stands in the place of the space is left to the argument, where it is wrong; a colon is of the word. */
        @Override
        protected Request parseRequest(SMTPSession session, byte[] line) {
            var verb = Verb.of(line);
            var rest = argument(line, verb.end());
            if (rest.isEmpty()) {
                return new BaseRequest(verb.word(), null);
            }
            return switch (rest.charAt(0)) {
                case ' ' -> new BaseRequest(verb.word(), rest.substring(1));
                case '\t' -> new BaseRequest(verb.word(), rest);
                default -> new BaseRequest(verb.word() + ":", rest.substring(1));
            };
        }

        /** With what stands between it and the word, and without the white space before the CRLF (RFC 5321 section 4.1.1). */
        private static String argument(byte[] line, int begin) {
            int end = line.length;
            while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
                end--;
            }
            return new String(line, begin, end - begin, StandardCharsets.UTF_8);
        }
    }

    /**
     * James's answer begins with a line that leaves a bracket open; only what it offers is taken of it. Its session notes the
     * argument in the filter, before any hook is asked, so that it must be judged before that.
     */
    private static final class Ehlo extends EhloCmdHandler {
        private final String hostname;

        Ehlo(MetricFactory metrics, String hostname) {
            super(metrics);
            this.hostname = hostname;
        }

        @Override
        protected Response doFilterChecks(SMTPSession session, String command, String parameters) {
            return HeloArgument.isWord(parameters)
                    ? super.doFilterChecks(session, command, HeloArgument.kept(parameters))
                    : HeloArgument.REFUSED;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            return introduced(super.doCoreCmd(session, command, parameters), hostname);
        }
    }

    /** As {@link Ehlo}. */
    private static final class Helo extends HeloCmdHandler {
        private final String hostname;

        Helo(MetricFactory metrics, String hostname) {
            super(metrics);
            this.hostname = hostname;
        }

        @Override
        protected Response doFilterChecks(SMTPSession session, String command, String parameters) {
            return HeloArgument.isWord(parameters)
                    ? super.doFilterChecks(session, command, HeloArgument.kept(parameters))
                    : HeloArgument.REFUSED;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            return introduced(super.doCoreCmd(session, command, parameters), hostname);
        }
    }

    private static Response introduced(Response answer, String hostname) {
        var introduced = new SMTPResponse(answer.getRetCode(), hostname);
        for (var line : answer.getLines().subList(1, answer.getLines().size())) {
            introduced.appendLine(line.subSequence("250-".length(), line.length()));
        }
        return introduced;
    }

    /** Says nothing of the command: James's own sends back whatever octets it was. */
    private static final class Unknown extends UnknownCommandHandler<SMTPSession> {
        @Override
        public Response onCommand(SMTPSession session, Request request) {
            return Session.response(500, "5.5.1", "Unknown command");
        }
    }

    /** What EHLO offers beyond PIPELINING, ENHANCEDSTATUSCODES and 8BITMIME, which James's handler says itself. */
    private record Extensions(Limits limits) implements EhloExtension, ProtocolHandler {
        @Override
        public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
            boolean tls = session.isStartTLSSupported() && !session.isTLSStarted();
            var offered = List.of("SIZE " + limits.messageSize(), "CHUNKING", "SMTPUTF8", "DSN");
            return tls ? Stream.concat(offered.stream(), Stream.of("STARTTLS")).toList() : offered;
        }
    }

    /** As James's, which says 500 to an argument. */
    private static final class Rset extends RsetCmdHandler {
        @Override
        public Response onCommand(SMTPSession session, Request request) {
            return WireHandler.hasArgument(request) ? WireHandler.NO_ARGUMENT : super.onCommand(session, request);
        }
    }

    /** As James's, which says 500 to an argument, and closes. */
    private static final class Quit extends QuitCmdHandler {
        Quit(MetricFactory metrics) {
            super(metrics);
        }

        @Override
        public Response onCommand(SMTPSession session, Request request) {
            return WireHandler.hasArgument(request) ? WireHandler.NO_ARGUMENT : super.onCommand(session, request);
        }
    }

    /** James's says 502, which a command that every server must know (RFC 5321 section 4.5.1) is not answered with. */
    private static final class Vrfy extends VrfyCmdHandler {
        private static final Response SYNTAX = Session.response(501, "5.5.4", "Syntax: VRFY address");
        private static final Response NOT_TOLD =
                Session.response(252, "2.5.0", "Not verified; RCPT tells whether mail is taken");

        @Override
        public Response onCommand(SMTPSession session, Request request) {
            return WireHandler.hasArgument(request) ? NOT_TOLD : SYNTAX;
        }
    }
}
