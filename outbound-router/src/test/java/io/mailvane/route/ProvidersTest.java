package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {
    private static final Providers PROVIDERS = Providers.shipped();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aspmx.l.google.com                     | google
            ALT1.ASPMX.L.GOOGLE.COM.               | google
            shop-example.mail.protection.outlook.com | microsoft
            shop-example.a-v1.mx.microsoft         | microsoft
            mta7.am0.yahoodns.net                  | yahoo
            mx01.mail.icloud.com                   | apple
            mxa-00123.gslb.pphosted.com            | proofpoint
            mx1.hc123-4.iphmx.com                  | cisco
            d1.a.ess.barracudanetworks.com         | barracuda
            eu-smtp-inbound-1.mimecast.com         | mimecast
            mx00.gmx.net                           | united-internet
            notgoogle.com                          | notgoogle.com
            mx.google.com.evil.example             | evil.example
            mx1.mail.shop.co.uk                    | shop.co.uk
            mx.blogger.blogspot.com                | blogspot.com
            mx.elsewhere.example                   | elsewhere.example
            localhost                              | localhost
            [192.0.2.1]                            | [192.0.2.1]
            co.uk                                  | co.uk
            a_b.shop.example                       | shop.example
            """)
    void isWhoOperatesTheHost(String mxHost, String provider) {
        assertThat(PROVIDERS.of(mxHost).id()).isEqualTo(provider);
    }
}
