package dev.parley.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.conversations.Conversation;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.ConversationUpdateParams;
import com.openai.models.conversations.Message;
import com.openai.models.conversations.items.ConversationItem;
import com.openai.models.conversations.items.ConversationItemList;
import com.openai.models.conversations.items.ItemCreateParams;
import com.openai.models.conversations.items.ItemDeleteParams;
import com.openai.models.conversations.items.ItemListParams;
import com.openai.models.conversations.items.ItemRetrieveParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseInputItem;
import com.openai.services.blocking.ConversationService;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Store;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that OpenAI publishes for Java works with the server unchanged. */
class OpenAIJavaIT {
  private static final FaultyStore FAULTS = new FaultyStore();

  /** Lets the next append fail after it was stored. */
  private static final AtomicBoolean LOSE_ANSWER = new AtomicBoolean();

  private static ServerFixture server;
  private static UUID agentId;
  private static String key;
  private static ConversationService conversations;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).wrap(store -> FAULTS.around(losing(store))).start();
    agentId = server.agent("acme");
    key =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\",\"agent:manage\"]}"
                .formatted(agentId));
    conversations = client(key, 0).conversations();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OpenAIClient client(String apiKey, int retries) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
        .apiKey(apiKey)
        .maxRetries(retries)
        .build();
  }

  private static Store losing(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            OpenAIJavaIT.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(store, arguments);
                return method.getName().equals("append") && LOSE_ANSWER.compareAndSet(true, false)
                    ? ((CompletableFuture<?>) answer).thenApply(stored -> lost())
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Object lost() {
    throw new SessionException(ErrorReason.UNAVAILABLE, "The answer is lost.");
  }

  private static EasyInputMessage user(String text) {
    return EasyInputMessage.builder().role(EasyInputMessage.Role.USER).content(text).build();
  }

  private static ItemCreateParams items(String... texts) {
    ItemCreateParams.Builder params = ItemCreateParams.builder().items(List.of());
    for (String text : texts) {
      params.addItem(user(text));
    }
    return params.build();
  }

  private static String text(ConversationItem item) {
    Message message = item.asMessage();
    assertThat(message.status()).isEqualTo(Message.Status.COMPLETED);
    return message.content().get(0).isInputText()
        ? message.content().get(0).asInputText().text()
        : message.content().get(0).asOutputText().validate().text();
  }

  @Test
  void conversation_everyCall() {
    Conversation made =
        conversations.create(
            ConversationCreateParams.builder()
                .addItem(user("hello"))
                .metadata(ConversationCreateParams.Metadata.builder().putProperty("a", "b").build())
                .build());

    assertThat(made.validate().id()).startsWith("conv_");
    assertThat(conversations.retrieve(made.id())).isEqualTo(made);
    Conversation changed =
        conversations.update(
            made.id(),
            ConversationUpdateParams.builder()
                .metadata(ConversationUpdateParams.Metadata.builder().putProperty("c", "d").build())
                .build());
    assertThat(changed._metadata().toString()).contains("c=d").doesNotContain("a=b");
    assertThat(conversations.delete(made.id()).validate().deleted()).isTrue();
    assertThatThrownBy(() -> conversations.retrieve(made.id()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void items_everyCall() {
    String id = conversations.create().id();
    ConversationItemList made =
        conversations
            .items()
            .create(
                id,
                ItemCreateParams.builder()
                    .addInclude(ResponseIncludable.REASONING_ENCRYPTED_CONTENT)
                    .addInclude(ResponseIncludable.MESSAGE_OUTPUT_TEXT_LOGPROBS)
                    .addItem(user("question"))
                    .addItem(
                        ResponseFunctionToolCall.builder()
                            .callId("c1")
                            .name("add")
                            .arguments("{\"a\":1}")
                            .build())
                    .addItem(
                        ResponseInputItem.FunctionCallOutput.builder()
                            .callId("c1")
                            .output("42")
                            .build())
                    .addItem(
                        EasyInputMessage.builder()
                            .role(EasyInputMessage.Role.ASSISTANT)
                            .content("It is 42.")
                            .build())
                    .build());

    List<ConversationItem> items = made.validate().data();
    assertThat(text(items.get(0))).isEqualTo("question");
    assertThat(items.get(1).asFunctionCall().validate().arguments()).isEqualTo("{\"a\":1}");
    assertThat(items.get(2).asFunctionCallOutput().validate().callId()).hasValue("c1");
    assertThat(text(items.get(3))).isEqualTo("It is 42.");
    assertThat(
            conversations
                .items()
                .retrieve(made.lastId(), ItemRetrieveParams.builder().conversationId(id).build()))
        .isEqualTo(items.get(3));
    assertThat(conversations.items().list(id).data()).hasSize(4).contains(items.get(1));
    Conversation left =
        conversations
            .items()
            .delete(made.firstId(), ItemDeleteParams.builder().conversationId(id).build());
    assertThat(left.validate()).isEqualTo(conversations.retrieve(id));
    assertThat(conversations.items().list(id).data()).hasSize(3).doesNotContain(items.get(0));
  }

  @Test
  void pages_over250Items_bothWays() {
    String id = conversations.create().id();
    List<String> expected = IntStream.range(0, 250).mapToObj(i -> "text " + i).toList();
    assertThat(conversations.items().create(id, items(expected.toArray(String[]::new))).data())
        .hasSize(250);

    for (long limit : new long[] {20, 100}) {
      assertThat(texts(id, ItemListParams.Order.ASC, limit)).isEqualTo(expected);
      List<String> reversed = texts(id, ItemListParams.Order.DESC, limit);
      Collections.reverse(reversed);
      assertThat(reversed).isEqualTo(expected);
    }
  }

  private static List<String> texts(String id, ItemListParams.Order order, long limit) {
    List<String> texts = new ArrayList<>();
    conversations
        .items()
        .list(id, ItemListParams.builder().order(order).limit(limit).build())
        .autoPager()
        .forEach(item -> texts.add(text(item)));
    return texts;
  }

  @Test
  void conversation_continuedOverGrpc_isReadBack() {
    String id = conversations.create().id();
    assertThat(conversations.items().create(id, items("from the client")).data()).hasSize(1);
    String sessionId =
        id.substring("conv_".length())
            .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    Appends.append(server.channel(key), agentId, sessionId, Appends.TURN_OF_A_RUNTIME);

    List<ConversationItem> items =
        conversations
            .items()
            .list(id, ItemListParams.builder().order(ItemListParams.Order.ASC).build())
            .data();

    assertThat(items).hasSize(4).allSatisfy(item -> assertThat(item.isValid()).isTrue());
    assertThat(text(items.get(1))).isEqualTo("over gRPC");
    assertThat(items.get(2).asFunctionCallOutput().callId()).hasValue("t1");
  }

  private static void fails(
      Class<? extends OpenAIServiceException> type, int status, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            type,
            failure -> {
              assertThat(failure.statusCode()).isEqualTo(status);
              assertThat(failure.type()).isPresent();
              assertThat(failure.headers().values("x-request-id")).isNotEmpty();
            });
  }

  @Test
  void errors_areTheExceptionsOfTheClient() {
    String id = conversations.create().id();
    String unknown = "conv_" + "0".repeat(32);

    fails(BadRequestException.class, 400, () -> conversations.retrieve("x"));
    fails(BadRequestException.class, 400, () -> conversations.items().create(id, items()));
    fails(NotFoundException.class, 404, () -> conversations.retrieve(unknown));
    fails(NotFoundException.class, 404, () -> conversations.items().list(unknown));
    fails(UnauthorizedException.class, 401, () -> client("sk-x", 0).conversations().create());
    String reader = server.agentKey(agentId, "agent:read");
    fails(PermissionDeniedException.class, 403, () -> client(reader, 0).conversations().create());
    FAULTS.failOnce("findSession", new SessionException(ErrorReason.OVERLOADED, "Busy."));
    fails(RateLimitException.class, 429, () -> conversations.retrieve(id));
    FAULTS.failOnce("findSession", new IllegalStateException("A fault of this test."));
    fails(InternalServerException.class, 500, () -> conversations.retrieve(id));
    archive(id);
    // The client would retry, but the answer says that a retry does not help.
    ConversationService retrying = client(key, 2).conversations();
    fails(
        UnexpectedStatusCodeException.class, 409, () -> retrying.items().create(id, items("late")));
  }

  private static void archive(String id) {
    String sessionId =
        id.substring("conv_".length())
            .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    String path = "/v1/agents/" + agentId + "/sessions/" + sessionId + ":archive";
    assertThat(server.send("POST", path, key, "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void lostAnswer_retriedByTheClient_isStoredOnce() {
    String id = conversations.create().id();
    LOSE_ANSWER.set(true);

    ConversationItemList made =
        client(key, 2).conversations().items().create(id, items("one", "two"));

    assertThat(LOSE_ANSWER).isFalse();
    assertThat(made.data()).hasSize(2);
    assertThat(texts(id, ItemListParams.Order.ASC, 20)).containsExactly("one", "two");
  }
}
