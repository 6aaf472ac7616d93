/**
 * Longest text that is searched for credentials: the limit of a ConfigMap, a Secret or a definition of a state machine. What
 * exceeds it is reported as not judged.
 */
export const longestText = 1_048_576;
