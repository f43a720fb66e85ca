/** The records of the domain and what always holds of them, and the one list of errors. */
@NullMarked
package dev.parley.model;

import org.jspecify.annotations.NullMarked;
