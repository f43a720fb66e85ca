/** Audit log entries: the action, its actor and its target. */
@NullMarked
package dev.parley.model.audit;

import org.jspecify.annotations.NullMarked;
