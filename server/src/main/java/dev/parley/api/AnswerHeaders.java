package dev.parley.api;

import com.linecorp.armeria.common.ResponseHeadersBuilder;

/** Headers that one face sends with each of its REST answers, good or bad. */
public interface AnswerHeaders {
  /**
   * Adds them.
   *
   * @param answer complete but for these, its status included
   */
  void addTo(ResponseHeadersBuilder answer);
}
