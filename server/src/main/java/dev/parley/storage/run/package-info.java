/** Lists of the runs of one or several agents. */
@NullMarked
package dev.parley.storage.run;

import org.jspecify.annotations.NullMarked;
