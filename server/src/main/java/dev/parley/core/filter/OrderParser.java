package dev.parley.core.filter;

import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.storage.query.SessionOrder;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the order of a list of sessions, as AIP-132 defines it: a field, or a field and desc. */
public final class OrderParser {
  /** The orders, for messages. */
  static final String ORDERS = "update_time desc, update_time, create_time desc and create_time";

  private static final Map<String, SessionOrder> BY_NAME =
      Map.of(
          "update_time desc", SessionOrder.UPDATE_TIME_DESC,
          "update_time", SessionOrder.UPDATE_TIME,
          "create_time desc", SessionOrder.CREATE_TIME_DESC,
          "create_time", SessionOrder.CREATE_TIME);

  private static final Set<String> NOT_INDEXED =
      Set.of(
          "session_id",
          "key",
          "label",
          "user",
          "client",
          "message_count",
          "head_sequence",
          "archive_time",
          "expire_time",
          "effective_expire_time");

  private static final Pattern ORDER = Pattern.compile("\\s*([^\\s,]+)(\\s+desc)?\\s*");
  private static final Pattern FIELD = Pattern.compile("\\s*([^\\s,]*)");

  private OrderParser() {}

  /**
   * Parses an order.
   *
   * @param showArchived whether archived sessions are listed as well, which only orders by create
   *     time allow
   * @throws SessionException as {@link #parse(String)}, and {@code FILTER_NOT_INDEXED} if no index
   *     has archived sessions in this order
   */
  static SessionOrder parse(String text, boolean showArchived) {
    SessionOrder order = parse(text);
    if (!showArchived) {
      return order;
    }
    return switch (order) {
      case CREATE_TIME -> SessionOrder.ALL_CREATE_TIME;
      case CREATE_TIME_DESC -> SessionOrder.ALL_CREATE_TIME_DESC;
      default ->
          throw new SessionException(
              ErrorReason.FILTER_NOT_INDEXED,
              "show_archived: no index has archived sessions in the order of update_time. Orders"
                  + " with an index: create_time desc and create_time.",
              Map.of("field", "update_time", "position", "1"));
    };
  }

  /**
   * Parses an order. A blank text is the default order.
   *
   * @throws SessionException {@code FILTER_NOT_INDEXED} for a field of sessions that no index
   *     orders by, {@code INVALID_FIELD} for any other text
   */
  public static SessionOrder parse(String text) {
    if (text.isBlank()) {
      return SessionOrder.UPDATE_TIME_DESC;
    }
    Matcher matcher = ORDER.matcher(text);
    boolean isOrder = matcher.matches();
    SessionOrder order =
        isOrder ? BY_NAME.get(matcher.group(1) + (matcher.group(2) == null ? "" : " desc")) : null;
    if (order != null) {
      return order;
    }
    Matcher field = FIELD.matcher(text);
    int position = field.lookingAt() ? field.start(1) + 1 : 1;
    if (isOrder && NOT_INDEXED.contains(matcher.group(1))) {
      throw new SessionException(
          ErrorReason.FILTER_NOT_INDEXED,
          "order_by at position %d: no index orders sessions by %s. Orders with an index: %s."
              .formatted(position, matcher.group(1), ORDERS),
          Map.of("field", matcher.group(1), "position", Integer.toString(position)));
    }
    throw SessionException.invalid(
        FieldViolation.format(
            "order_by", "is invalid at position " + position + ": expected one of " + ORDERS));
  }
}
