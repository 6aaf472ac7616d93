/** The `typ` of signed heads of the trail. */
export const headsType = "agentid-heads+jwt";
