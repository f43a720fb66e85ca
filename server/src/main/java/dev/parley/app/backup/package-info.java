/** What is done with a store as a whole: backing up a folder, restoring, unpacking to check. */
@NullMarked
package dev.parley.app.backup;

import org.jspecify.annotations.NullMarked;
