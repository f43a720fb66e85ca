/** Webhooks: managing them, and delivering events from a durable position in the change log. */
@NullMarked
package dev.parley.core.webhook;

import org.jspecify.annotations.NullMarked;
