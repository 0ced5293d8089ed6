package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            mx.blogger.blogspot.com                | blogger.blogspot.com
            inbound-smtp.us-east-1.amazonaws.com   | amazon
            smtp.secureserver.net                  | godaddy
            mailstore1.europe.secureserver.net     | godaddy
            mx1a1.comcast.net                      | comcast
            mx3.mail.ovh.net                       | ovh
            mx.east.cox.net                        | cox
            pkvw-mx.msg.pkvw.co.charter.net        | spectrum
            smtp-in.orange.fr                      | orange
            mx1.free.fr                            | free
            qiye163mx01.mxmail.netease.com         | netease
            mx.elsewhere.example                   | elsewhere.example
            localhost                              | localhost
            [192.0.2.1]                            | [192.0.2.1]
            co.uk                                  | co.uk
            a_b.shop.example                       | shop.example
            """)
    void isWhoOperatesTheHost(String mxHost, String provider) {
        assertThat(PROVIDERS.of(mxHost).id()).isEqualTo(provider);
    }

    /** Whoever rents a host could otherwise speak for its operator, and for every other customer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "vps-1234.vps.ovh.net",
                "mail.vps-1234.vps.ovh.net",
                "ip-1-2-3-4.ip.secureserver.net",
                "s132-148-1-2.secureserver.net",
                "c-73-1-2-3.hsd1.ca.comcast.net",
                "mx.hsd1.ca.comcast.net",
                "ec2-203-0-113-99.compute-1.amazonaws.com",
                "inbound-smtp.us-east-1.evil.amazonaws.com",
                "evil.us-east-1.elb.amazonaws.com",
                "cpe-72-1-2-3.socal.res.rr.com",
                "ip68-1-2-3.ph.ph.cox.net",
                "lfbn-idf1-1-2-3.w90-1.abo.wanadoo.fr",
                "lns-bzn-1.adsl.proxad.net",
                "evil.hd.free.fr",
                "u12345.kundenserver.de",
                "evil.cloudapp.azure.com",
                "static.88-198-1-2.clients.your-server.de",
                "1.2.3.4.access.example"
            })
    void aHostThatACustomerHasAmongStrangersSpeaksForItselfAlone(String mxHost) {
        assertThat(PROVIDERS.of(mxHost)).isEqualTo(new ProviderId(mxHost));
    }

    @Test
    void fewAreBelievedOfWhereTheySeeUs() {
        assertThat(PROVIDERS.big())
                .extracting(ProviderId::id)
                .containsExactlyInAnyOrder(
                        "google",
                        "microsoft",
                        "yahoo",
                        "apple",
                        "mimecast",
                        "united-internet",
                        "t-online",
                        "comcast",
                        "orange");
    }
}
