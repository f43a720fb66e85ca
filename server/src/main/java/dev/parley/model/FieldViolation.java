package dev.parley.model;

/**
 * A field of a request that breaks a rule.
 *
 * @param field where it is, with the names that the caller used: {@code messages[2].content}
 * @param rule what it breaks
 * @param bound the bound that goes with {@code rule}, else 0
 * @param description a sentence without subject: {@code must be set}
 */
public record FieldViolation(String field, Rule rule, long bound, String description) {

  /** What a field can break. */
  public enum Rule {
    /** It is not set, or empty. */
    REQUIRED,
    /** It is no string. */
    STRING,
    /** It is no integer, or outside of what 64 bits hold. */
    INTEGER,
    /** It is of another JSON type than it must be. */
    TYPE,
    /** It is a number below the bound. */
    MINIMUM,
    /** It is a number above the bound. */
    MAXIMUM,
    /** It is a string of more characters than the bound. */
    MAX_CHARACTERS,
    /** It is a list of more items than the bound. */
    MAX_ITEMS,
    /** It takes more bytes than the bound. */
    MAX_BYTES,
    /** There is no such field. */
    UNKNOWN,
    /** It is something else that it must not be. */
    FORMAT
  }

  /** The same of a field with another name. */
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
