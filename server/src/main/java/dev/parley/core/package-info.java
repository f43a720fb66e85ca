/** The use cases, one class per noun. Knows no face and no engine. */
@NullMarked
package dev.parley.core;

import org.jspecify.annotations.NullMarked;
