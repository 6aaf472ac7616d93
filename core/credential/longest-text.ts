/**
 * Longest text in which credentials are looked for: what a ConfigMap, a Secret or a definition of a state machine may have at
 * most. What stands beyond it is not judged, and said to be not.
 */
export const longestText = 1_048_576;
