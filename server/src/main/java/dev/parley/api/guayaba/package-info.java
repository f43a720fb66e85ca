/** The Guayaba Public API v1: guayaba.v1. */
@NullMarked
package dev.parley.api.guayaba;

import org.jspecify.annotations.NullMarked;
