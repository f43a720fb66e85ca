package dev.parley.api.rest.answer;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.call.ApiDefinition;

/**
 * The headers of successful responses, created once for each API and status.
 *
 * @param withBody the headers of a response with a JSON body
 * @param withoutBody the headers of a response without body
 * @param ofEvents the headers of a stream of Server-Sent Events
 * @param ofLines the headers of a stream of JSON Lines
 */
public record AnswerHeaders(
    ResponseHeaders withBody,
    ResponseHeaders withoutBody,
    ResponseHeaders ofEvents,
    ResponseHeaders ofLines) {
  /** The type of a body with one JSON value per line. */
  public static final MediaType JSON_LINES = MediaType.create("application", "x-ndjson");

  /** The value of the header Cache-Control. */
  public static final String NO_STORE = "no-store";

  /** Creates the headers of an API. */
  public static AnswerHeaders of(ApiDefinition api, HttpStatus status) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).set(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    api.headers().forEach(headers::set);
    ResponseHeaders withoutBody = headers.build();
    return new AnswerHeaders(
        withoutBody.toBuilder().contentType(MediaType.JSON_UTF_8).build(),
        withoutBody,
        stream(withoutBody, MediaType.EVENT_STREAM),
        stream(withoutBody, JSON_LINES));
  }

  private static ResponseHeaders stream(ResponseHeaders headers, MediaType type) {
    return headers.toBuilder()
        .contentType(type)
        // Some proxies collect responses unless this header tells them not to.
        .set("x-accel-buffering", "no")
        .build();
  }
}
