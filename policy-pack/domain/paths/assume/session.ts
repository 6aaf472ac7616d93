import type { Name } from "../../../facts/name";
import type { Tagging } from "../../iam/session-tags";

/** The sessions of a role whose callers may pass the same tags. */
export interface Session {
  readonly role: Name;
  readonly tagging: Tagging;
  /** Equal for the same role and tags. */
  readonly key: string;
  /** Whether each of them is of one tenant, by a tag that each request has. */
  readonly isOfOneTenant: boolean;
}
