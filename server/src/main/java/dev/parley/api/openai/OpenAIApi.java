package dev.parley.api.openai;

import dev.parley.api.call.ApiDefinition;
import dev.parley.auth.Authorizer;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import java.time.Clock;

/** Defines the OpenAI Conversations API. */
public final class OpenAIApi {
  private OpenAIApi() {}

  /**
   * The definition of the API.
   *
   * @param itemsMax the maximum number of items per request
   */
  public static ApiDefinition of(
      Authorizer authorizer, Sessions sessions, Messages messages, Clock clock, int itemsMax) {
    ConversationAccess access = new ConversationAccess(authorizer);
    ItemFinder finder = new ItemFinder(sessions, messages);
    ItemReferences references = new ItemReferences(access, finder);
    ItemAppender appender = new ItemAppender(sessions, messages, clock, itemsMax);
    return ApiDefinition.builder("openai", "/v1/conversations", new OpenAIErrorFormat())
        .otherPrefixes(OpenAIErrorFormat.RESPONSES, OpenAIErrorFormat.COMPLETIONS)
        .services(
            new ConversationService(access, sessions, references, appender).handlers(),
            new ItemService(access, sessions, messages, finder, references, appender).handlers())
        .build();
  }
}
