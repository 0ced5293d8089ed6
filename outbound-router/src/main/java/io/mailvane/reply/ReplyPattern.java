package io.mailvane.reply;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One row of the table.
 *
 * @param text found anywhere in a {@link ReplyText}
 * @param literals one of them stands in every text that the pattern finds; empty: it must always be tried
 */
record ReplyPattern(
        String id, Scope scope, ReplyClass replyClass, Pattern text, List<String> literals, Confidence confidence) {
    ReplyPattern {
        literals = List.copyOf(literals);
    }

    /** A row: id, scope, class, pattern, confidence, basis. */
    static ReplyPattern ofRow(String row) {
        var cells = row.split("\t", -1);
        if (cells.length != 6) {
            throw new IllegalArgumentException("a pattern has six cells: " + row);
        }
        return new ReplyPattern(
                cells[0],
                Scope.of(cells[1]),
                ReplyClass.valueOf(cells[2]),
                Pattern.compile(cells[3]),
                RequiredLiterals.of(cells[3]),
                Confidence.ofLetter(cells[4]));
    }

    /** False: the pattern need not be run. */
    boolean mayFind(String text) {
        return literals.isEmpty() || literals.stream().anyMatch(text::contains);
    }

    /** Whose replies a pattern is made for. */
    sealed interface Scope {
        boolean covers(HeardReply.NextHop nextHop, String host);

        static Scope of(String cell) {
            return switch (cell) {
                case "*" -> new Any();
                case "@smarthost" -> new Smarthost();
                default -> new Mx(Pattern.compile(cell));
            };
        }

        /** Everybody's. */
        record Any() implements Scope {
            @Override
            public boolean covers(HeardReply.NextHop nextHop, String host) {
                return true;
            }
        }

        /** Those of a smarthost about itself. */
        record Smarthost() implements Scope {
            @Override
            public boolean covers(HeardReply.NextHop nextHop, String host) {
                return nextHop == HeardReply.NextHop.SMARTHOST;
            }
        }

        /** Those of the MX hosts of one operator. */
        record Mx(Pattern host) implements Scope {
            @Override
            public boolean covers(HeardReply.NextHop nextHop, String host) {
                return nextHop == HeardReply.NextHop.MX
                        && this.host.matcher(host).find();
            }
        }
    }
}
