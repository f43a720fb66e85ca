/** Static files for browsers, and their security headers. */
@NullMarked
package dev.parley.pages;

import org.jspecify.annotations.NullMarked;
