/** Principals and keys, and what a caller may touch. */
@NullMarked
package dev.parley.auth;

import org.jspecify.annotations.NullMarked;
