/**
 * What a reply of another MTA means: its text brought into one form, its class by a table of patterns, the blacklist and the
 * addresses that it names. Pure; replies are hostile text. What follows from a class is decided elsewhere. Begin with
 * {@link io.mailvane.reply.ReplyClassifier}.
 */
@NullMarked
package io.mailvane.reply;

import org.jspecify.annotations.NullMarked;
