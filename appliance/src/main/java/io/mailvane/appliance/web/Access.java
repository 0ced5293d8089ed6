package io.mailvane.appliance.web;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.mailvane.mail.Secret;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who may ask what, decided before any resource sees the request.
 *
 * <p>A token that is shown must be right. Without one, anybody may ask for health, and a browser on this machine may read;
 * to tell it from a page of another site, it must have asked for us by a name that can only mean us, and not through a
 * proxy, behind which everybody looks local. What changes something always needs the token, and so no request forged by
 * a page can do it; a form of our own pages shows it in a field.
 *
 * <p>Behind this filter an {@code Authorization} field is there only if it is right.
 */
final class Access extends Filter {
    /** What any browser may do with an answer: nothing is loaded from elsewhere, and no script runs that a page holds. */
    private static final String CONTENT_SECURITY = "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            + "script-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final List<String> SIGNS_OF_A_PROXY =
            List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");
    private static final Pattern HOST =
            Pattern.compile("(?<name>[A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:\\d{1,5})?");
    private static final String BEARER = "Bearer ";
    /** Pages of which a form gives an order. */
    private static final Pattern FORM = Pattern.compile("/reputation/addresses/[^/]+");

    private static final String TOKEN_FIELD = "token=";
    private static final int MOST_FORM = 16_384;

    private final byte[] token;
    private final String ownName;
    private final Function<Problem, String> page;

    /**
     * @param ownName the configured address, by which a browser may ask for us too
     * @param page makes a page of a refusal, for whoever sent a form of one
     */
    Access(Secret token, String ownName, Function<Problem, String> page) {
        this.page = page;
        this.token = token.reveal().getBytes(StandardCharsets.UTF_8);
        this.ownName = ownName.indexOf(':') >= 0 ? "[" + ownName + "]" : ownName;
    }

    @Override
    public String description() {
        return "who may ask what";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try (exchange) {
            secure(exchange);
            var refusal = refusal(exchange);
            if (refusal.isPresent()) {
                refuse(exchange, refusal.get());
            } else {
                pass(exchange, chain);
            }
        }
    }

    private static void secure(HttpExchange exchange) {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", CONTENT_SECURITY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private Optional<Problem> refusal(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        if (uri.getScheme() != null
                || uri.getRawAuthority() != null
                || !uri.getRawPath().startsWith("/")) {
            return Optional.of(Problem.of(Response.Status.BAD_REQUEST, "the request target must be a path"));
        }
        var host = host(exchange);
        if (host.isEmpty()) {
            return Optional.of(Problem.of(Response.Status.BAD_REQUEST, "one valid Host field is needed"));
        }
        var shown = exchange.getRequestHeaders().get("Authorization");
        if (shown != null) {
            return shown.size() == 1 && isToken(shown.getFirst())
                    ? Optional.empty()
                    : unauthorized("this is not the token of this node");
        }
        if (isForm(exchange)) {
            return refusalOfForm(exchange);
        }
        boolean reads = READS.contains(exchange.getRequestMethod());
        if (reads && (HEALTH.contains(uri.getRawPath()) || isLocalBrowser(exchange, host.get()))) {
            return Optional.empty();
        }
        return unauthorized("this needs the node's token: Authorization: Bearer TOKEN");
    }

    private static boolean isForm(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("POST")
                && FORM.matcher(exchange.getRequestURI().getRawPath()).matches();
    }

    /** Without JavaScript a page has no other place for the token. What is read of the request is put back for whoever comes behind. */
    private Optional<Problem> refusalOfForm(HttpExchange exchange) throws IOException {
        byte[] form = exchange.getRequestBody().readNBytes(MOST_FORM + 1);
        if (form.length > MOST_FORM) {
            return Optional.of(Problem.of(
                    Response.Status.REQUEST_ENTITY_TOO_LARGE, "the form has more than " + MOST_FORM + " octets"));
        }
        exchange.setStreams(new ByteArrayInputStream(form), null);
        return isToken(BEARER + token(form))
                ? Optional.empty()
                : unauthorized("the form's token is not the token of this node");
    }

    private static String token(byte[] form) {
        return Stream.of(new String(form, StandardCharsets.UTF_8).split("&"))
                .filter(field -> field.startsWith(TOKEN_FIELD))
                .map(field -> decoded(field.substring(TOKEN_FIELD.length())))
                .findFirst()
                .orElse("");
    }

    private static String decoded(String field) {
        try {
            return URLDecoder.decode(field, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Optional<Problem> unauthorized(String detail) {
        return Optional.of(Problem.of(Response.Status.UNAUTHORIZED, detail));
    }

    /** HTTP/1.0 asks for no Host field, and load balancers still speak it; who names no host is no local browser. */
    private static Optional<String> host(HttpExchange exchange) {
        var hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        if (hosts.isEmpty() && exchange.getProtocol().equals("HTTP/1.0")) {
            return Optional.of("");
        }
        var matcher = HOST.matcher(hosts.size() == 1 ? hosts.getFirst() : "");
        return matcher.matches() ? Optional.of(matcher.group("name")) : Optional.empty();
    }

    private boolean isToken(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        token, authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    }

    private boolean isLocalBrowser(HttpExchange exchange, String host) {
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && (LoopbackName.matches(host) || host.equalsIgnoreCase(ownName))
                && SIGNS_OF_A_PROXY.stream()
                        .noneMatch(field -> exchange.getRequestHeaders().containsKey(field));
    }

    /** A request that Jersey itself cannot read or answer is the one fault it does not map. */
    private static void pass(HttpExchange exchange, Chain chain) throws IOException {
        try {
            chain.doFilter(exchange);
        } catch (RuntimeException e) {
            if (exchange.getResponseCode() < 0) {
                answer(exchange, Faults.fault(e));
            }
        }
    }

    private void refuse(HttpExchange exchange, Problem problem) throws IOException {
        if (isForm(exchange) && !exchange.getRequestHeaders().containsKey("Authorization")) {
            var html = page.apply(problem).getBytes(StandardCharsets.UTF_8);
            answer(exchange, problem, "text/html;charset=utf-8", html);
        } else {
            answer(exchange, problem);
        }
    }

    static void answer(HttpExchange exchange, Problem problem) throws IOException {
        answer(exchange, problem, Problem.MEDIA_TYPE, Json.write(problem));
    }

    private static void answer(HttpExchange exchange, Problem problem, String type, byte[] body) throws IOException {
        var headers = exchange.getResponseHeaders();
        problem.response().getStringHeaders().forEach((name, values) -> headers.put(name, values));
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(problem.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
