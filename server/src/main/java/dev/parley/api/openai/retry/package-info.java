/** Recognizes calls of the OpenAI Conversations API that are repeated. */
@NullMarked
package dev.parley.api.openai.retry;

import org.jspecify.annotations.NullMarked;
