/** What operators see of a server at work: metrics, traces and the access log. */
@NullMarked
package dev.parley.telemetry;

import org.jspecify.annotations.NullMarked;
