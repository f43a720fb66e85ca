/** The listening port: TLS, timeouts, proxies, and requests that never reach an API. */
@NullMarked
package dev.parley.app.server.transport;

import org.jspecify.annotations.NullMarked;
