/** Where webhooks may send to. */
@NullMarked
package dev.parley.core.webhook.url;

import org.jspecify.annotations.NullMarked;
