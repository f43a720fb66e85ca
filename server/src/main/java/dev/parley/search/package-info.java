/** The contract of search indexes: what is indexed, and how it is searched. */
@NullMarked
package dev.parley.search;

import org.jspecify.annotations.NullMarked;
