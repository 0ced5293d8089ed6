package io.mailvane.inbound;

/** What a domain's own server says of a recipient. */
public enum RecipientAnswer {
    EXISTS,
    UNKNOWN_RECIPIENT,
    /** It could not be asked: neither yes nor no. */
    NO_ANSWER
}
