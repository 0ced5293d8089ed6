package io.mailvane.appliance.web;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.route.MailClass;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Of which mail the route decision is asked for, as it was typed.
 *
 * @param from "" or {@code <>} is the null reverse-path
 * @param to a recipient; "" before anything was asked
 * @param mailClass {@code urgent}, {@code normal} or {@code bulk}; "": what {@code from} alone says
 */
public record RouteQuestion(String from, String to, String mailClass) {
    static RouteQuestion of(@Nullable String from, @Nullable String to, @Nullable String mailClass) {
        return new RouteQuestion(
                Objects.requireNonNullElse(from, "").strip(),
                Objects.requireNonNullElse(to, "").strip(),
                Objects.requireNonNullElse(mailClass, "").strip());
    }

    /** Those that there are, as they are typed. */
    public static List<String> classes() {
        return Arrays.stream(MailClass.values()).map(RouteQuestion::typed).toList();
    }

    private static String typed(MailClass mailClass) {
        return mailClass.name().toLowerCase(Locale.ROOT);
    }

    ReversePath reversePath() {
        return QueueQuery.unbracketed(from).isEmpty()
                ? ReversePath.nullPath()
                : ReversePath.of(QueueQuery.mailbox("from", from));
    }

    Mailbox recipient() {
        return QueueQuery.mailbox("to", to);
    }

    Optional<MailClass> chosenClass() {
        if (mailClass.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(MailClass.values())
                .filter(each -> typed(each).equals(mailClass))
                .findFirst()
                .orElseThrow(() ->
                        Problem.badRequest("unknown class " + mailClass + "; known: " + String.join(" ", classes()))));
    }
}
