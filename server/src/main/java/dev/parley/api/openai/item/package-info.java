/** Items of conversations as messages, and messages as items. */
@NullMarked
package dev.parley.api.openai.item;

import org.jspecify.annotations.NullMarked;
