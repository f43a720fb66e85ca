/** Files for browsers, out of the jar, and the headers that keep browsers from anything else. */
@NullMarked
package dev.parley.pages;

import org.jspecify.annotations.NullMarked;
