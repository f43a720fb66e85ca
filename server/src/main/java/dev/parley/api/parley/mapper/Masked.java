package dev.parley.api.parley.mapper;

/**
 * The result of a call and the fields of it that the caller asked for.
 *
 * @param result the result
 * @param mask the fields to return
 */
public record Masked<T>(T result, ReadMask mask) {}
