/** Authentication by API keys and user tokens, and authorization of callers. */
@NullMarked
package dev.parley.auth;

import org.jspecify.annotations.NullMarked;
