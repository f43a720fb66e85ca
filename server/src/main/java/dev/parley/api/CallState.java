package dev.parley.api;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.auth.Principal;
import dev.parley.model.SessionException;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** What is known of a call on its way from the socket to its handler and back. */
final class CallState {
  private static final AttributeKey<CallState> KEY = AttributeKey.valueOf(CallState.class, "STATE");

  private String requestId = "";
  private @Nullable Principal caller;
  private @Nullable SessionException credentialFailure;
  private boolean messageRead;
  private byte @Nullable [] jsonBody;
  private @Nullable SessionException failure;
  private @Nullable Message answer;
  private byte @Nullable [] answerJson;

  private CallState() {}

  static CallState of(ServiceRequestContext ctx) {
    CallState state = ctx.attr(KEY);
    if (state == null) {
      state = new CallState();
      ctx.setAttr(KEY, state);
    }
    return state;
  }

  /** What names the call in logs and to its caller. */
  String requestId() {
    return requestId;
  }

  void requestId(String requestId) {
    this.requestId = requestId;
  }

  /** Who calls; null until that is known. */
  @Nullable Principal caller() {
    return caller;
  }

  void caller(Principal caller) {
    this.caller = caller;
  }

  /** Why the credential of a gRPC call is no good: its interceptor answers it. */
  @Nullable SessionException credentialFailure() {
    return credentialFailure;
  }

  void credentialFailure(SessionException failure) {
    this.credentialFailure = failure;
  }

  /** Whether the message of the call could be read: what fails before is the caller's doing. */
  boolean messageRead() {
    return messageRead;
  }

  void markMessageRead() {
    messageRead = true;
  }

  /** The body of a REST call, kept aside from transcoding so that it reaches the reader as sent. */
  byte @Nullable [] jsonBody() {
    return jsonBody;
  }

  void jsonBody(byte[] body) {
    this.jsonBody = body;
  }

  /** What the call failed with, for whoever renders the answer. */
  @Nullable SessionException failure() {
    return failure;
  }

  void failure(SessionException failure) {
    this.failure = failure;
  }

  /** The JSON of this very answer, if it was made ahead. */
  byte @Nullable [] jsonAhead(Message answer) {
    return answer == this.answer ? answerJson : null;
  }

  void jsonAhead(Message answer, byte[] json) {
    this.answer = answer;
    answerJson = json;
  }
}
