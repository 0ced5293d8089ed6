package io.mailvane.appliance.web;

/**
 * What went through since the start.
 *
 * @param accepted messages; so refused and tempfailed at the end of their content
 * @param relayed recipients' attempts; so deferred and failed
 */
public record TrafficAnswer(
        long sessions,
        long sessionsOpen,
        long accepted,
        long refused,
        long tempfailed,
        long relayed,
        long deferred,
        long failed) {
    static TrafficAnswer of(Traffic traffic) {
        var in = traffic.incoming();
        var out = traffic.outgoing();
        return new TrafficAnswer(
                in.sessions(),
                in.sessionsOpen(),
                in.accepted(),
                in.refused(),
                in.deferred(),
                out.relayed(),
                out.deferred(),
                out.failed());
    }
}
