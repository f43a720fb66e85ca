/** Storage of webhooks and of their failed deliveries. */
@NullMarked
package dev.parley.storage.webhook;

import org.jspecify.annotations.NullMarked;
