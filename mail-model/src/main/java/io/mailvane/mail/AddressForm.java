package io.mailvane.mail;

import java.util.regex.Pattern;

/** The textual forms of RFC 5321 section 4.1.3, checked before the JDK reads them: it takes more than SMTP does (10.1, scopes). */
final class AddressForm {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private AddressForm() {}

    static boolean isIpv4(String form) {
        return IPV4.matcher(form).matches();
    }

    static boolean isIpv6(String form) {
        return form.indexOf(':') >= 0 && IPV6_CHARACTERS.matcher(form).matches();
    }
}
