package io.mailvane.appliance.config;

import java.time.Duration;
import java.util.function.Supplier;

/** Settings of one table that are checked twice: each by itself, and then against each other by the record they make. */
record Numbers(Section section) {
    int whole(String key, int least, int most, int ifAbsent) {
        return section.get(key, Reading.number(least, most), ifAbsent);
    }

    double decimal(String key, double least, double most, double ifAbsent) {
        return section.get(key, Reading.decimal(least, most), ifAbsent);
    }

    /** At least a second. */
    Duration time(String key, Duration ifAbsent) {
        return section.get(key, Reading.secondsOrMore(), ifAbsent);
    }

    /**
     * What the constructor finds fault with is told of the key that its sentence begins with.
     *
     * @param ifWrong stands in, so that reading goes on
     */
    <T> T checked(T ifWrong, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            var sentence = String.valueOf(e.getMessage());
            int end = sentence.indexOf(' ');
            section.problem(sentence.substring(0, Math.max(0, end)), sentence.substring(end + 1));
            return ifWrong;
        }
    }
}
