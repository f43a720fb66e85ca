/** Moving a whole store from one place to another, and comparing two. */
@NullMarked
package dev.parley.app.copy;

import org.jspecify.annotations.NullMarked;
