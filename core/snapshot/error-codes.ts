/** The `code` of an error about arguments of a component, whose message is complete. */
export const argumentErrorCode = "AGENTID_ARGUMENT";

/** The `code` of an error about a file that a component reads, whose message has a line with its place for each mistake. */
export const fileErrorCode = "AGENTID_FILE";
