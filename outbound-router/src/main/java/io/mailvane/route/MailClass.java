package io.mailvane.route;

/** How much waiting a message bears. */
public enum MailClass {
    URGENT,
    NORMAL,
    BULK
}
