/** Configuration: settings that validate themselves and name the wrong key. */
@NullMarked
package dev.parley.config;

import org.jspecify.annotations.NullMarked;
