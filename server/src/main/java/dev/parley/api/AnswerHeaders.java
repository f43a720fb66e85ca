package dev.parley.api;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import org.jspecify.annotations.Nullable;

/** Headers that one face sends with each of its REST answers, good or bad. */
public interface AnswerHeaders {
  /**
   * Adds them.
   *
   * @param request what was asked; null if it could not be read
   * @param answer complete but for these, its status included
   */
  void addTo(@Nullable RequestHeaders request, ResponseHeadersBuilder answer);
}
