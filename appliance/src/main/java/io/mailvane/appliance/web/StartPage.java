package io.mailvane.appliance.web;

import java.util.List;

/**
 * What the start page shows.
 *
 * @param alarms what an operator should look at now, one sentence each
 * @param scanning how mail is scanned, in one sentence
 * @param waiting the oldest that wait
 * @param recent the newest, queued or settled, newest first
 */
public record StartPage(
        PageHead head,
        List<String> alarms,
        NodeStatus status,
        CountsAnswer counts,
        String scanning,
        VolumeAnswer volume,
        TrafficAnswer traffic,
        List<PeerView> peers,
        List<MessageRow> waiting,
        List<MessageRow> recent) {}
