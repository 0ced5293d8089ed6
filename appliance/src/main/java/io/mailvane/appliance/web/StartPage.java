package io.mailvane.appliance.web;

import java.util.List;

/** What the start page shows. */
public record StartPage(
        PageHead head,
        NodeStatus status,
        CountsAnswer counts,
        TrafficAnswer traffic,
        List<PeerView> peers,
        List<MessageAnswer> recent) {}
