/** JSON encoding, decoding and validation of protobuf messages, as declared by proto options. */
@NullMarked
package dev.parley.api.json;

import org.jspecify.annotations.NullMarked;
