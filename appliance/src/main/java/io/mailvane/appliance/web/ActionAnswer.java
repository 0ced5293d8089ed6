package io.mailvane.appliance.web;

/**
 * What an action did.
 *
 * @param matched messages that were meant and are there
 * @param changed messages that are different now; 0 of a dry run
 */
record ActionAnswer(long matched, long changed) {
    ActionAnswer plus(ActionAnswer more) {
        return new ActionAnswer(matched + more.matched, changed + more.changed);
    }
}
