/** The Foundry API v2 for AIP Agents: foundry.v2. */
@NullMarked
package dev.parley.api.foundry;

import org.jspecify.annotations.NullMarked;
