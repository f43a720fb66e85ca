/**
 * The use cases of the server: one class for each kind of resource. This package does not depend on
 * any API or storage engine.
 */
@NullMarked
package dev.parley.core;

import org.jspecify.annotations.NullMarked;
