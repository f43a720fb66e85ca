/** The part of the native API for webhooks, and the bodies of requests to receivers. */
@NullMarked
package dev.parley.api.parley.webhook;

import org.jspecify.annotations.NullMarked;
