package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::, 2001:db8::",
        "::1, ::1",
        "::, ::",
        "2001:db8:1:2:3:4:567:89ab, 2001:db8:1:2:3:4:567:89ab",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "::ffff:7f00:2, ::ffff:127.0.0.2",
        "::ffff:127.0.0.2, ::ffff:127.0.0.2",
    })
    void isWrittenInOneWay(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.1",
                "1",
                "01.2.3.4",
                "1.2.3.256",
                "1.2.3.4.5",
                "host.example",
                "fe80::1%eth0",
                "[::1]",
                ":"
            })
    void isAnAddressAndNothingElse(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:203.0.113.7, 203.0.113.7",
        "203.0.113.7, 203.0.113.7",
        "2001:db8::1, 2001:db8::1",
        "::203.0.113.7, ::cb00:7107",
    })
    void aMappedAddressStandsForAnIpv4Address(String text, String unmapped) {
        assertThat(IpAddress.parse(text).unmapped()).isEqualTo(IpAddress.parse(unmapped));
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.77, 203.0.113.0", "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::"})
    void belongsToANetwork(String address, String network) {
        assertThat(IpAddress.parse(address).network()).isEqualTo(IpAddress.parse(network));
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, ",
        "192.0.2.1, ",
        "198.51.100.1, ",
        "2001:db8::1, ",
        "172.32.0.1, ",
        "100.128.0.1, ",
        "10.0.0.1, a private address (RFC 1918)",
        "172.31.255.255, a private address (RFC 1918)",
        "192.168.1.1, a private address (RFC 1918)",
        "100.64.0.1, a shared address of a carrier's NAT (RFC 6598)",
        "127.0.0.11, a loopback address",
        "169.254.169.253, a link-local address",
        "0.0.0.0, '\"this network\"'",
        "224.0.0.1, a multicast address",
        "255.255.255.255, a reserved address",
        "198.19.0.1, an address for benchmarks (RFC 2544)",
        "::1, a loopback address",
        "::, the unspecified address",
        "fd00::1, a unique local address (RFC 4193)",
        "fe80::1, a link-local address",
        "ff02::1, a multicast address",
        "::ffff:10.0.0.1, a private address (RFC 1918)",
        "::ffff:203.0.113.7, ",
    })
    void isPublicUnlessARangeSaysOtherwise(String address, String why) {
        assertThat(IpAddress.parse(address).whyNotPublic()).isEqualTo(Optional.ofNullable(why));
    }
}
