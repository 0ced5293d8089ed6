/**
 * By which way a message leaves: one pure function over an immutable view of our addresses, lanes and smarthosts, and the machines that
 * make this view from what receivers say. No sockets, no DNS, no queue, no clock. Begin with {@link io.mailvane.route.RouteDecision},
 * then {@link io.mailvane.route.Egress}.
 */
@NullMarked
package io.mailvane.route;

import org.jspecify.annotations.NullMarked;
