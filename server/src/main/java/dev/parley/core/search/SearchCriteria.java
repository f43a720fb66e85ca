package dev.parley.core.search;

import dev.parley.core.filter.FilterParser;
import dev.parley.core.filter.FilterTerm;
import dev.parley.core.filter.TimeRange;
import dev.parley.model.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the filter of a search asks for.
 *
 * @param owner the owner of the agents; null for any
 * @param user the user of the sessions; null for any
 * @param sessionId the session; null for any
 * @param roles the roles of the messages; empty for all
 * @param createTimes when the messages were stored
 */
record SearchCriteria(
    @Nullable String owner,
    @Nullable String user,
    @Nullable UUID sessionId,
    Set<Role> roles,
    TimeRange createTimes) {

  private static final String CREATE_TIME = "create_time";
  private static final Set<String> EXACT = Set.of("owner", "user", "session_id", "role");

  /** Parses a filter; empty for none. */
  static SearchCriteria parse(String filter) {
    Map<String, FilterTerm> exact = new HashMap<>();
    TimeRange createTimes = TimeRange.ALL;
    if (!filter.isBlank()) {
      for (FilterTerm term : FilterParser.parse(filter)) {
        if (term.field().equals(CREATE_TIME)) {
          createTimes = createTimes.and(term);
        } else {
          addExact(exact, term);
        }
      }
    }
    return new SearchCriteria(
        value(exact.get("owner")),
        value(exact.get("user")),
        sessionId(exact.get("session_id")),
        roles(exact.get("role")),
        createTimes);
  }

  private static void addExact(Map<String, FilterTerm> exact, FilterTerm term) {
    if (!EXACT.contains(term.field())) {
      throw FilterParser.invalidAt(
          term.position(),
          "unknown field "
              + term.field()
              + "; known are owner, user, session_id, role and create_time");
    }
    if (!term.operator().equals("=")) {
      throw FilterParser.invalidAt(term.position(), term.field() + " can be compared only with =");
    }
    if (exact.putIfAbsent(term.field(), term) != null) {
      throw FilterParser.invalidAt(term.position(), term.field() + " is given twice");
    }
  }

  private static @Nullable String value(@Nullable FilterTerm term) {
    return term == null ? null : term.value();
  }

  private static @Nullable UUID sessionId(@Nullable FilterTerm term) {
    if (term == null) {
      return null;
    }
    try {
      UUID id = UUID.fromString(term.value());
      if (id.toString().equalsIgnoreCase(term.value())) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Reported like a UUID in a short form.
    }
    throw FilterParser.invalidAt(term.valuePosition(), "expected a UUID");
  }

  private static Set<Role> roles(@Nullable FilterTerm term) {
    if (term == null) {
      return Set.of();
    }
    return Arrays.stream(Role.values())
        .filter(role -> role.name().equals(term.value()))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () ->
                FilterParser.invalidAt(
                    term.valuePosition(), "expected one of " + Arrays.toString(Role.values())));
  }
}
