package io.mailvane.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one look at a volume showed.
 *
 * @param troubles all but what follows from the figures
 * @param space absent: it could not be asked
 * @param force how long the last force took; absent: none came to its end
 * @param copies absent where there is one copy, or nobody says
 */
public record Sight(List<Trouble> troubles, Optional<Space> space, Optional<Duration> force, Optional<Copies> copies) {
    public Sight {
        troubles = List.copyOf(troubles);
    }

    /** Nothing more can be said. */
    static Sight of(Trouble trouble) {
        return new Sight(List.of(trouble), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
