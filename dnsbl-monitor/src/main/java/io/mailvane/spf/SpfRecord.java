package io.mailvane.spf;

import io.mailvane.mail.IpLiteral;
import io.mailvane.spf.SpfTerm.Directive;
import io.mailvane.spf.SpfTerm.Mechanism;
import io.mailvane.spf.SpfTerm.OtherModifier;
import io.mailvane.spf.SpfTerm.Prefixes;
import io.mailvane.spf.SpfTerm.Redirect;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record that was read whole: one term that is wrong makes it worth nothing (RFC 7208 section 4.6).
 *
 * @param directives in the order in which they are tried
 * @param redirect whose record counts where none of them matches
 */
record SpfRecord(List<Directive> directives, Optional<MacroString> redirect) {
    private static final Pattern VERSION = Pattern.compile("v=spf1(?: .*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final int VERSION_LENGTH = "v=spf1".length();
    private static final Pattern MODIFIER = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*)=(.*)", Pattern.DOTALL);
    private static final Pattern DIRECTIVE = Pattern.compile("([+?~-]?)([A-Za-z0-9]+)(?=[:/]|$)(.*)", Pattern.DOTALL);
    private static final Pattern DOMAIN_AND_PREFIXES =
            Pattern.compile("(?::(.*?))?(?:/(0|[1-9]\\d?))?(?://(0|[1-9]\\d{0,2}))?", Pattern.DOTALL);
    private static final Pattern ADDRESS_AND_PREFIX = Pattern.compile(":([0-9A-Fa-f.:]+)(?:/(0|[1-9]\\d{0,2}))?");
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^!-~]");
    private static final int LONGEST_SHOWN = 60;

    SpfRecord {
        directives = List.copyOf(directives);
    }

    /** Whether a TXT record is one of SPF at all. */
    static boolean isOne(String text) {
        return VERSION.matcher(text).matches();
    }

    static SpfRecord parse(String text) throws SpfException {
        var directives = new ArrayList<Directive>();
        Optional<MacroString> redirect = Optional.empty();
        var once = new HashSet<String>();
        for (var word : text.substring(VERSION_LENGTH).split(" +")) {
            if (word.isEmpty()) {
                continue;
            }
            switch (term(word)) {
                case Directive directive -> directives.add(directive);
                case Redirect(var domain) -> {
                    require(once.add("redirect"), "redirect= stands in it twice");
                    redirect = Optional.of(domain);
                }
                case OtherModifier(var name) ->
                    require(!name.equals("exp") || once.add(name), "exp= stands in it twice");
            }
        }
        return new SpfRecord(directives, redirect);
    }

    private static void require(boolean holds, String why) throws SpfException {
        if (!holds) {
            throw SpfException.permanent(why);
        }
    }

    private static SpfTerm term(String word) throws SpfException {
        var modifier = MODIFIER.matcher(word);
        try {
            return modifier.matches() ? modifier(modifier.group(1), modifier.group(2)) : directive(word);
        } catch (SpfException e) {
            throw SpfException.permanent("\"" + shown(word) + "\" is no term: " + e.getMessage());
        }
    }

    private static String shown(String word) {
        var printable = NOT_PRINTABLE.matcher(word).replaceAll("?");
        return printable.length() <= LONGEST_SHOWN ? printable : printable.substring(0, LONGEST_SHOWN) + "...";
    }

    private static SpfTerm modifier(String name, String value) throws SpfException {
        var known = name.toLowerCase(Locale.ROOT);
        switch (known) {
            case "redirect" -> {
                return new Redirect(MacroString.parseDomain(value));
            }
            case "exp" -> MacroString.parseDomain(value);
            default -> MacroString.parse(value);
        }
        return new OtherModifier(known);
    }

    private static Directive directive(String word) throws SpfException {
        var matcher = DIRECTIVE.matcher(word);
        require(matcher.matches(), "it is neither a mechanism nor a modifier");
        var result = switch (matcher.group(1)) {
            case "-" -> SpfResult.Kind.FAIL;
            case "~" -> SpfResult.Kind.SOFTFAIL;
            case "?" -> SpfResult.Kind.NEUTRAL;
            default -> SpfResult.Kind.PASS;
        };
        return new Directive(
                result, mechanism(matcher.group(2).toLowerCase(Locale.ROOT), matcher.group(3)), shown(word));
    }

    private static Mechanism mechanism(String name, String rest) throws SpfException {
        return switch (name) {
            case "all" -> {
                require(rest.isEmpty(), "nothing follows all");
                yield new Mechanism.All();
            }
            case "include" -> new Mechanism.Include(needed(rest));
            case "exists" -> new Mechanism.Exists(needed(rest));
            case "ptr" -> new Mechanism.Ptr(rest.isEmpty() ? Optional.empty() : Optional.of(needed(rest)));
            case "a" -> {
                var matcher = domainAndPrefixes(rest);
                yield new Mechanism.A(domain(matcher), prefixes(matcher));
            }
            case "mx" -> {
                var matcher = domainAndPrefixes(rest);
                yield new Mechanism.Mx(domain(matcher), prefixes(matcher));
            }
            case "ip4" -> new Mechanism.Ip(network(rest, Network.IPV4_BITS));
            case "ip6" -> new Mechanism.Ip(network(rest, Network.IPV6_BITS));
            default -> throw SpfException.permanent("no mechanism is " + shown(name));
        };
    }

    private static MacroString needed(String rest) throws SpfException {
        require(rest.startsWith(":"), "a colon and a domain follow it");
        return MacroString.parseDomain(rest.substring(1));
    }

    private static Matcher domainAndPrefixes(String rest) throws SpfException {
        var matcher = DOMAIN_AND_PREFIXES.matcher(rest);
        require(matcher.matches(), "a domain or the length of a prefix follows it");
        return matcher;
    }

    private static Optional<MacroString> domain(Matcher matcher) throws SpfException {
        var domain = Optional.ofNullable(matcher.group(1));
        return domain.isEmpty() ? Optional.empty() : Optional.of(MacroString.parseDomain(domain.get()));
    }

    private static Prefixes prefixes(Matcher matcher) throws SpfException {
        return new Prefixes(
                length(Optional.ofNullable(matcher.group(2)), Network.IPV4_BITS),
                length(Optional.ofNullable(matcher.group(3)), Network.IPV6_BITS));
    }

    private static int length(Optional<String> digits, int most) throws SpfException {
        int length = digits.map(Integer::parseInt).orElse(most);
        require(length <= most, "a prefix has at most " + most + " bits");
        return length;
    }

    private static Network network(String rest, int bits) throws SpfException {
        var matcher = ADDRESS_AND_PREFIX.matcher(rest);
        require(matcher.matches(), "a colon and an address follow it");
        var text = matcher.group(1);
        var address = address(text);
        boolean isIpv4 = text.indexOf(':') < 0;
        require(isIpv4 == (bits == Network.IPV4_BITS), "the address is of the other family");
        int length = length(Optional.ofNullable(matcher.group(2)), bits);
        // As a whole client's address an IPv4-mapped one is the IPv4 address (section 5), so that nothing is compared
        // with it.
        return address instanceof Inet4Address && !isIpv4
                ? Network.of(InetAddress.ofLiteral("::"), Network.IPV6_BITS)
                : Network.of(address, length);
    }

    private static InetAddress address(String text) throws SpfException {
        try {
            return IpLiteral.parse(text);
        } catch (IllegalArgumentException e) {
            throw SpfException.permanent("its address is none");
        }
    }
}
