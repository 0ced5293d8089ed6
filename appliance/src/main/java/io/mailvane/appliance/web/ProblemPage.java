package io.mailvane.appliance.web;

/** What stands where a page was asked for that cannot be shown. */
public record ProblemPage(PageHead head, String detail) {}
