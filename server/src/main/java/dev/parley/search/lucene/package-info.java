/** The search index of the embedded store: Apache Lucene in a folder beside the data. */
@NullMarked
package dev.parley.search.lucene;

import org.jspecify.annotations.NullMarked;
