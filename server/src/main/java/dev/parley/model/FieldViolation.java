package dev.parley.model;

/**
 * A field of a request that violates a rule.
 *
 * @param field the path of the field in the caller's names: {@code messages[2].content}
 * @param rule the violated rule
 * @param bound the limit of the rule, or 0 if it has none
 * @param description a predicate without a subject: {@code must be set}
 */
public record FieldViolation(String field, Rule rule, long bound, String description) {

  /** The rules that a field can violate. */
  public enum Rule {
    /** The field is missing or empty. */
    REQUIRED,
    /** The field is not a string. */
    STRING,
    /** The field is not an integer, or does not fit into 64 bits. */
    INTEGER,
    /** The field has the wrong JSON type. */
    TYPE,
    /** The number is below the limit. */
    MINIMUM,
    /** The number is above the limit. */
    MAXIMUM,
    /** The string has more characters than the limit. */
    MAX_CHARACTERS,
    /** The list has more items than the limit. */
    MAX_ITEMS,
    /** The field takes more bytes than the limit. */
    MAX_BYTES,
    /** The field is unknown. */
    UNKNOWN,
    /** Any other violation. */
    FORMAT
  }

  /** Returns this violation for another field name. */
  public FieldViolation withField(String field) {
    return new FieldViolation(field, rule, bound, description);
  }

  /** A violation of {@link Rule#FORMAT}. */
  public static FieldViolation format(String field, String description) {
    return new FieldViolation(field, Rule.FORMAT, 0, description);
  }

  /** A violation of {@link Rule#REQUIRED}. */
  public static FieldViolation required(String field) {
    return new FieldViolation(field, Rule.REQUIRED, 0, "must be set");
  }

  /** A violation of {@link Rule#MAX_BYTES}. */
  public static FieldViolation maxBytes(String field, long bound) {
    return new FieldViolation(
        field, Rule.MAX_BYTES, bound, "must not take more than " + bound + " bytes");
  }
}
