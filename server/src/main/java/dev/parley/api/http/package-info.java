/** What the two transports share as users of Armeria: request ids, observation, HTTP faults. */
@NullMarked
package dev.parley.api.http;

import org.jspecify.annotations.NullMarked;
