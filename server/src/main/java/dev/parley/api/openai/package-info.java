/** The OpenAI Conversations API. */
@NullMarked
package dev.parley.api.openai;

import org.jspecify.annotations.NullMarked;
