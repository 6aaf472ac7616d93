export type { GrantPolicyStoreArgs } from "./arguments";
export { GrantPolicyStore } from "./grant-policy-store";
