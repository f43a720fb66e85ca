/** Webhooks: where events are sent, and what could not be delivered. */
@NullMarked
package dev.parley.model.webhook;

import org.jspecify.annotations.NullMarked;
