/**
 * A Java client for agent runtimes that write and read conversations.
 *
 * <p>{@link dev.parley.client.ParleyClient} appends to one session at a time and reads. {@link
 * dev.parley.client.Appender} gathers the appends of many threads into few calls. Both repeat what
 * is safe to repeat. {@link dev.parley.client.ParleyException} is what they fail with.
 */
@NullMarked
package dev.parley.client;

import org.jspecify.annotations.NullMarked;
