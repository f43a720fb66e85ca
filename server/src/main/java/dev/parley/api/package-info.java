/** What the faces share: JSON, errors, admission of calls, replies. */
@NullMarked
package dev.parley.api;

import org.jspecify.annotations.NullMarked;
