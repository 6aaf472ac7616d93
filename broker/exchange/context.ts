import type { CallRequest, Grant } from "../../core/grants/grant";
import type { Answer } from "../../core/grants/named-grants";
import type { Configuration } from "../configuration/configuration";
import type { AwsSessions } from "../credentials/aws";
import type { TaskAccounts } from "../credentials/kubernetes";
import type { Caller, Identities } from "../identity/workloads";
import type { Accounts } from "../store/accounts";
import type { Approvals } from "../store/approvals";
import type { Tasks } from "../store/tasks";
import type { SigningKeys } from "../tokens/signing-keys";
import type { CallDetails } from "../request/details";
import type { Form } from "../request/form";

/** Types of tokens (source: RFC 8693, 3), and two of the broker's own. */
export const tokenTypes = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  access: "urn:ietf:params:oauth:token-type:access_token",
  id: "urn:ietf:params:oauth:token-type:id_token",
  /** A session of the tool's IAM role. */
  aws: "urn:agentid:params:oauth:token-type:aws-session",
  /** A ServiceAccount token bound to the tool's Role. */
  kubernetes: "urn:agentid:params:oauth:token-type:kubernetes-account",
} as const;

/** What exchanges are made with. */
export interface ExchangeContext {
  readonly configuration: Configuration;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly tasks: Tasks;
  readonly approvals: Approvals;
  readonly accounts: Accounts;
  /** The grants that are about a call: those of its caller on its tool. */
  readonly grantsOf: (call: Pick<CallRequest, "caller" | "tool">) => readonly Grant[];
  /** The grants that limit what a task uses up, by their names. */
  readonly counted: ReadonlyMap<string, Grant>;
  /** Decides a call by the compiled grants but those of these names. */
  readonly decide: (request: CallRequest, without?: ReadonlySet<string>) => Answer;
  /** Version of the compiled grants. */
  readonly policy: string;
  readonly sessions: AwsSessions;
  /** Absent where the configuration names no API server. */
  readonly kubernetes?: TaskAccounts;
}

/** A request for a token, once its caller is known. */
export interface ExchangeRequest {
  readonly form: Form;
  readonly caller: Caller;
  /** Thumbprint of the key that the header `DPoP` proves. */
  readonly key: string | undefined;
  readonly now: number;
}

/** The answer of a token endpoint (RFC 8693, 2.2.1). */
export type TokenAnswer = Readonly<Record<string, unknown>>;

/** What is known of a request, for the trail, however far it came. */
export interface Noted {
  txn?: string;
  user?: string;
  chain?: readonly string[];
  tool?: string;
  call?: CallDetails;
  grant?: string;
}
