package dev.parley.api.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.call.ApiDefinition;

/** The headers of successful responses, created once for each API and status. */
record AnswerHeaders(ResponseHeaders withBody, ResponseHeaders withoutBody) {
  static final String NO_STORE = "no-store";

  static AnswerHeaders of(ApiDefinition api, HttpStatus status) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).set(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    api.headers().forEach(headers::set);
    ResponseHeaders withoutBody = headers.build();
    return new AnswerHeaders(
        withoutBody.toBuilder().contentType(MediaType.JSON_UTF_8).build(), withoutBody);
  }
}
