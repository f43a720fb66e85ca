package dev.parley.storage.query;

import org.jspecify.annotations.Nullable;

/**
 * Which keys of active sessions to list, by code point.
 *
 * @param filter whose sessions
 * @param after only keys after this one; null to start from the first
 * @param limit the most to list, at least 1
 * @param bytesMax stop after the key with which the keys take more bytes in UTF-8 than this
 */
public record KeyQuery(SessionFilter filter, @Nullable String after, int limit, long bytesMax) {}
