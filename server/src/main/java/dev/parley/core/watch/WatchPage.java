package dev.parley.core.watch;

import java.util.List;

/**
 * Some events of a watch.
 *
 * @param events the events in order
 * @param end the place after all of them; it can be later than the last event
 * @param more whether more can be read now
 * @param last whether the watch ends after these events
 */
public record WatchPage(List<WatchEvent> events, WatchCursor end, boolean more, boolean last) {}
