/** The settings: their names and ranges, their sources and their validated values. */
@NullMarked
package dev.parley.config;

import org.jspecify.annotations.NullMarked;
