package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.AnswerVectors.AnswerVector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Rcode;

class AnswerTest {
    static List<AnswerVector> vectors() {
        return AnswerVectors.load().answers();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void classIsTheVectors(AnswerVector vector) {
        assertThat(Answer.of(vector.reply(), Lists.shipped(vector.list())).kind())
                .isEqualTo(vector.answerClass());
    }

    static List<AnswerVector> vectorsWithMeanings() {
        return vectors().stream().filter(vector -> vector.meaning() != null).toList();
    }

    @ParameterizedTest
    @MethodSource("vectorsWithMeanings")
    void meaningsAreThoseOfAllRecords(AnswerVector vector) {
        var answer = Answer.of(vector.reply(), Lists.shipped(vector.list()));

        assertThat(answer.findings().stream().map(Answer.Finding::meaning)).isEqualTo(vector.meaning());
    }

    @ParameterizedTest
    @CsvSource({
        "senderscore, 127.0.0.1, POSITIVE, bot, ''",
        "senderscore, 127.0.0.5, POSITIVE, 'bot, pristine trap', ''",
        "senderscore, 127.0.0.31, POSITIVE, 'bot, no authentication, pristine trap, bad attachment, low score', ''",
        "senderscore, 127.0.0.32, UNMAPPED, , 127.0.0.32 has no meaning that we know",
        "senderscore, 127.0.1.1, UNMAPPED, , 127.0.1.1 has no meaning that we know",
        "spamhaus-zen, 127.0.0.7, POSITIVE, XBL, ''",
        "spamhaus-zen, 127.0.0.8, UNMAPPED, , 127.0.0.8 has no meaning that we know",
        "spamhaus-zen, 127.255.255.1, REFUSED, , 127.255.255.1: an error code of the list",
        "spamhaus-zen, 127.255.254.1, UNMAPPED, , 127.255.254.1 has no meaning that we know",
        "spamhaus-zen, 128.0.0.2, LIST_BROKEN, , 128.0.0.2 is no return code: the zone or the resolver",
        "spamhaus-zen, 255.255.255.255, LIST_BROKEN, , 255.255.255.255 is no return code: the zone or the resolver",
        "dnswl, 127.0.10.2, REFUSED, , 127.0.10.2: blocked category",
        "uceprotect-3, 127.0.0.2, POSITIVE, whole ASN, ''",
        "blocklistde, 127.0.0.21, POSITIVE, attack source by service, ''",
        "blocklistde, 127.0.0.22, UNMAPPED, , 127.0.0.22 has no meaning that we know",
    })
    void readsRangesBitsAndErrors(String list, String code, AnswerClass kind, String meaning, String reason) {
        var answer = Answer.of(Lists.reply(code), Lists.shipped(list));

        assertThat(answer.kind()).isEqualTo(kind);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.findings().stream().map(Answer.Finding::meaning))
                .isEqualTo(meaning == null ? List.of() : List.of(meaning));
        assertThat(answer.codes()).containsExactly(code);
    }

    @ParameterizedTest
    @CsvSource({"NXDOMAIN, NEGATIVE", "NOERROR, NEGATIVE", "YXDOMAIN, UNKNOWN", "NOTAUTH, UNKNOWN", "REFUSED, REFUSED"})
    void everyCodeOfAnEmptyReplyHasAClass(String rcode, AnswerClass kind) {
        var reply = new DnsReply.Answered(Rcode.value(rcode), List.of(), List.of(), Optional.empty());

        assertThat(Answer.of(reply, Lists.shipped("spamcop")).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "blocklist.address.is.wrong.spamhaus.org, REFUSED",
        "elsewhere.example, UNKNOWN",
    })
    void anAliasWithoutAddressIsNoAnswer(String alias, AnswerClass kind) {
        var reply = new DnsReply.Answered(Rcode.NOERROR, List.of(alias), List.of(), Optional.of(Duration.ZERO));

        assertThat(Answer.of(reply, Lists.shipped("spamhaus-zen")).kind()).isEqualTo(kind);
    }
}
