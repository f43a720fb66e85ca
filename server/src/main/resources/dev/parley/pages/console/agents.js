// The names of agents.

import { state } from "./state.js";

/** The name of an agent, if it is known. */
export function agentName(agentId) {
  const known = state.agents.find((agent) => agent.agentId === agentId);
  return known?.displayName ?? agentId ?? "";
}
