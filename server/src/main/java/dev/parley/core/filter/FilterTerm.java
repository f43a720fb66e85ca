package dev.parley.core.filter;

/**
 * A comparison in a filter.
 *
 * @param field the name of the field
 * @param operator the operator, such as {@code <=}
 * @param value the value, without quotes
 * @param position the position of the field in the filter, from 1
 * @param valuePosition the position of the value
 */
public record FilterTerm(
    String field, String operator, String value, int position, int valuePosition) {}
