/** The tables of webhooks. */
@NullMarked
package dev.parley.storage.postgres.webhook;

import org.jspecify.annotations.NullMarked;
