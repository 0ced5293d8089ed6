/**
 * What a node answers over HTTP: the REST calls of the contract, the pages, metrics and health; and what it knows of its
 * peers from theirs. Nothing about mail is decided here: the queue, the router and the node are handed in as
 * {@link io.mailvane.appliance.web.WebParts}. Begin at {@link io.mailvane.appliance.web.WebServer}; who may ask what is
 * {@link io.mailvane.appliance.web.Access}.
 */
@NullMarked
package io.mailvane.appliance.web;

import org.jspecify.annotations.NullMarked;
