/** Sends requests to receivers of webhooks, and only to those that the operator allows. */
@NullMarked
package dev.parley.app.server.webhook;

import org.jspecify.annotations.NullMarked;
