import type { STSClient } from "@aws-sdk/client-sts";
import { sourceIdentity } from "../../core/grants/source-identity";
import type { CallDetails } from "../request/details";
import { isPermanent, Refused } from "../refused";
import { sessionTags } from "./session-tags";
import { sessionPolicy, type SessionRule } from "./session-policy";

/** Shortest session that STS makes, in seconds; the window inside it is shorter (source: STS API, DurationSeconds). */
const shortestSession = 900;

/** A session of a tool's role for one call. */
export interface AwsSession {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** End of the window, as `credential_process` has it. */
  readonly Expiration: string;
}

/** Whose session is made, and what for. */
export interface SessionFor {
  readonly tenant: string;
  readonly caller: string;
  readonly txn: string;
  /** Name of the tool. */
  readonly tool: string;
  readonly roleArn: string;
  readonly rules: readonly SessionRule[];
  readonly call: Pick<CallDetails, "intent" | "target">;
  /** End of the window, in seconds since 1970. */
  readonly until: number;
}

/**
 * Sessions of tools' roles, started as the broker's own role.
 *
 * CloudTrail shows the caller as the unchangeable source identity, the task as the session's name, and task and intent as its
 * tags, which policies can test. The tags are not transitive: no further role's session gets them.
 */
export class AwsSessions {
  #client: Promise<STSClient> | undefined;

  /** Starts one; throws {@link Refused} where the call's target cannot be fixed, or AWS refuses. */
  async make({
    tenant,
    caller,
    txn,
    tool,
    roleArn,
    rules,
    call,
    until,
  }: SessionFor): Promise<AwsSession> {
    const Policy = sessionPolicy(rules, call, until, tool);
    const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
    const client = await (this.#client ??= connect());
    const { Credentials: made } = await client
      .send(
        new AssumeRoleCommand({
          ...{ RoleArn: roleArn, RoleSessionName: txn, DurationSeconds: shortestSession, Policy },
          ...{
            SourceIdentity: sourceIdentity(tenant, caller),
            Tags: sessionTags(txn, call.intent),
          },
        }),
      )
      .catch((error: unknown) => {
        throw refusedBy(error as StsError);
      });
    if (made?.AccessKeyId === undefined || made.SecretAccessKey === undefined) {
      throw unavailable("no credentials");
    }
    return {
      AccessKeyId: made.AccessKeyId,
      SecretAccessKey: made.SecretAccessKey,
      SessionToken: made.SessionToken ?? "",
      Expiration: new Date(until * 1000).toISOString().replace(".000", ""),
    };
  }
}

async function connect(): Promise<STSClient> {
  const { STSClient: Client } = await import("@aws-sdk/client-sts");
  return new Client({ maxAttempts: 2 });
}

function unavailable(reason: string): Refused {
  return new Refused(
    "temporarily_unavailable",
    `AWS makes no session of the tool's role: ${reason}`,
  );
}

/** An error as the SDK has it; without a status where STS did not answer. */
interface StsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Errors of status 4xx that pass: too many requests, and the broker's own credentials on the way to new ones. */
const passing = /^(?:Throttl|TooManyRequests|RequestLimitExceeded|ExpiredToken|RequestExpired)/;

/** What an operator checks, by the start of the error's name (source: STS API, AssumeRole, errors). */
const checks: readonly (readonly [name: string, check: string])[] = [
  ["AccessDenied", "the trust policy of the tool's role, and the policy of the broker's role"],
  ["PackedPolicyTooLarge", "that `sessions` of the tool are short enough for the intent"],
  ["MalformedPolicyDocument", "the actions and resources in `sessions` of the tool"],
  ["RegionDisabled", "that STS is active in the broker's region"],
  ["", "the ARN of the tool's role, and the credentials of the broker"],
];

/** Repeating a request changes nothing where STS itself refuses it. */
function refusedBy({ name, $metadata }: StsError): Refused {
  const { httpStatusCode: status = 0 } = $metadata ?? {};
  if (passing.test(name) || !isPermanent(status)) return unavailable(name);
  const [, check] = checks.find(([start]) => name.startsWith(start)) ?? ["", ""];
  return new Refused(
    "invalid_target",
    `AWS refuses a session of the tool's role: ${name}; an operator checks ${check}`,
  );
}
