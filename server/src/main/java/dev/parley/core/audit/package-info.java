/** The deletion of old audit entries. */
@NullMarked
package dev.parley.core.audit;

import org.jspecify.annotations.NullMarked;
