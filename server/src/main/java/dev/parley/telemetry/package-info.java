/** Metrics, traces and the access log. */
@NullMarked
package dev.parley.telemetry;

import org.jspecify.annotations.NullMarked;
