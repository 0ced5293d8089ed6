package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.QueueFilter;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueQueryTest {
    private static final String QID = "0123456789ABCDEF";

    @Test
    void asksForAllThatWaitsWhenNothingIsSaid() {
        assertThat(query("")).isEqualTo(new QueueQuery(QueueFilter.ALL, Optional.empty(), QueueQuery.DEFAULT_LIMIT));
    }

    @Test
    void readsEveryParameter() {
        assertThat(query("sender=<me@example.org>&recipient= you@shop.example &domain=shop.example&state=to-scan&after="
                        + QID + "&limit=1000"))
                .isEqualTo(new QueueQuery(
                        new QueueFilter(
                                Optional.of("me@example.org"),
                                Optional.of("you@shop.example"),
                                Optional.of("shop.example"),
                                Optional.of(MessageState.TO_SCAN)),
                        Optional.of(new QueueId(QID)),
                        1000));
    }

    /** As the queue writes it: quotes that need not be there are not. */
    @Test
    void readsAMailboxByItsMeaning() {
        assertThat(query("sender=\"me\"@example.org&recipient=<\"you\"@shop.example>")
                        .filter())
                .isEqualTo(new QueueFilter(
                        Optional.of("me@example.org"),
                        Optional.of("you@shop.example"),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void takesAnEmptyFieldOfAFormForNoneAndBracketsForTheNullReversePath() {
        assertThat(query("sender=<>&recipient=&domain=&state=&after=").filter())
                .isEqualTo(new QueueFilter(Optional.of(""), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from=me@example.org | unknown parameter from; known: sender recipient domain state after limit",
                "state=active&state=held | parameter state is there more than once",
                "state=ACTIVE | unknown state ACTIVE; known: to-scan active deferred held quarantined settled",
                "after=last | after is no queue id",
                "limit=0 | limit is 1 to 1000",
                "limit=1001 | limit is 1 to 1000",
                "limit=many | limit is no number",
                "sender=notanaddr | sender is no mailbox: expected '@' at 10",
                "sender=\ufffd@example.org | sender is not UTF-8",
                "recipient=<> | recipient is no mailbox: the local part is not a dot-string",
                "domain=not a domain | domain is no domain: something follows at 4",
            })
    void refusesWhatItDoesNotUnderstand(String query, String detail) {
        assertThatThrownBy(() -> query(query))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getEntity())
                                .isEqualTo(Problem.of(Response.Status.BAD_REQUEST, detail)));
    }

    private static QueueQuery query(String text) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (var pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.add(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return QueueQuery.of(parameters, QueueQuery.DEFAULT_LIMIT);
    }
}
