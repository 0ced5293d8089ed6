package io.mailvane.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SmtpReply;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoedAddressTest {
    @ParameterizedTest
    @CsvSource({
        "'mx.google.com at your service, [203.0.113.7]', 203.0.113.7",
        "'AM1PEPF.mail.protection.outlook.com Hello [203.0.113.7]', 203.0.113.7",
        "'mx.example greets [IPv6:2001:db8::7]', 2001:db8::7",
        "'mx.example greets [IPv6:2001:DB8:0:0:0:0:0:7]', 2001:db8::7",
        "'mx.example greets [IPv6:2001:DB8::7]', 2001:db8::7",
        "'mx.example Hello out1.example [203.0.113.7], pleased to meet you', 203.0.113.7",
        "'mx.example 203.0.113.7', ",
        "'mx.example [10.0.0.7]', ",
        "'mx.example [100.64.1.7]', ",
        "'mx.example [100.127.255.7]', ",
        "'mx.example [100.128.1.7]', 100.128.1.7",
        "'mx.example [0.0.0.0]', ",
        "'mx.example [127.0.0.1]', ",
        "'mx.example [fd00::7]', ",
        "'mx.example [999.1.1.1]', ",
        "'mx.example', "
    })
    void isWhatStandsInBracketsIfTheInternetSeesIt(String greeting, String address) {
        assertThat(EchoedAddress.in(SmtpReply.of(250, greeting)))
                .isEqualTo(Optional.ofNullable(address).map(InetAddress::ofLiteral));
    }
}
