package io.mailvane.appliance.web;

/** What the page of one message shows. */
public record MessagePage(PageHead head, MessageAnswer message) {}
