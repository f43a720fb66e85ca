/** Connection pools, transactions with retries, and the meaning of SQL errors. */
@NullMarked
package dev.parley.storage.postgres.transaction;

import org.jspecify.annotations.NullMarked;
