import { createHash } from "node:crypto";
import type { Schema } from "@cedar-policy/cedar-wasm/nodejs";
import type { CallRequest, Grant } from "../../core/grants/grant";
import { decidingGrant } from "../../core/grants/decide";
import { byIntent, namedGrants, type Answer } from "../../core/grants/named-grants";
import { cedarEngine } from "./cedar-engine";
import { cedarRequest, keysOfGrant, toolEntity, workloadEntity } from "../../core/cedar/entities";
import { cedarPolicies, keysOf } from "../../core/cedar/policy-set";
import { cedarSchema } from "../../core/cedar/schema";

/** What Cedar has read and validated: it keeps that by name, the same for all grants whose conditions have the same keys. */
const validated = new Set<string>();

/** What decides calls by Cedar. */
export interface CedarDecider {
  /** Name of the policies and the grants: another one wherever one of them is. */
  readonly version: string;
  /**
   * Decides a call. Whatever goes wrong is a denial, with the problem.
   *
   * @param without names of grants that do not count. Default: all count
   */
  readonly decide: (request: CallRequest, without?: ReadonlySet<string>) => Answer;
}

/**
 * Compiles grants to Cedar, and decides by it in this process.
 *
 * The reference chooses the grant that decides, and Cedar confirms it once. Where Cedar denies it, the call is denied with a
 * problem. Throws where Cedar's strict validation finds anything, a warning too: a policy that can never apply is one.
 */
export function cedarDecider(grants: readonly Grant[]): CedarDecider {
  const named = namedGrants(grants);
  const keys = keysOf(named);
  const cedar = cedarEngine();
  const schema = cedarSchema(keys) as Schema;
  const staticPolicies = cedarPolicies(keys);
  const compiled = hashOf([schema, staticPolicies]);
  const policySet = `policies ${compiled}`;
  if (!validated.has(compiled)) {
    for (const problem of problemsOf()) throw new Error(`cedar: ${problem}`);
    validated.add(compiled);
  }
  const candidatesOf = byIntent(named, ({ grant }) => grant);
  return { version: hashOf([compiled, named.map(({ id }) => id)]), decide: safely };

  function safely(request: CallRequest, without?: ReadonlySet<string>): Answer {
    try {
      return decide(request, without);
    } catch (error) {
      return { kind: "deny", problem: error instanceof Error ? error.message : "no reason given" };
    }
  }

  function decide(request: CallRequest, without?: ReadonlySet<string>): Answer {
    const { caller, tool } = request;
    const all = candidatesOf(request);
    const counting = without === undefined ? all : all.filter(({ id }) => !without.has(id));
    const chosen = decidingGrant(request, counting);
    if (chosen === undefined) return { kind: "deny" };
    const { kind, by } = chosen;
    const asked = cedarRequest(request, by.id, keysOfGrant(by.bounds));
    const entities = [
      workloadEntity(caller.tenant, caller.name),
      toolEntity(tool.tenant, tool.name, [by]),
    ];
    const against = againstIt(kind === "allow" ? "call" : "ask", asked, entities);
    if (against.length === 0) return { kind, by: by.id };
    return { kind: "deny", problem: `Cedar denies what the grant allows: ${against.join()}` };
  }

  /** The policies that forbid an action, by name; none where it is allowed. */
  function againstIt(
    action: "call" | "ask",
    { principal, resource, context }: ReturnType<typeof cedarRequest>,
    entities: readonly ReturnType<typeof toolEntity>[],
  ): readonly string[] {
    const answer = cedar.statefulIsAuthorized({
      principal,
      action: { type: "AgentId::Action", id: action },
      resource,
      context,
      entities: [...entities],
      preparsedPolicySetId: policySet,
      // Policies are validated once, and requests are made here in one shape: validating each of them takes almost as long as
      // deciding.
      validateRequest: false,
    });
    if (answer.type === "failure") throw new Error(messagesOf(answer.errors));
    const { decision, diagnostics } = answer.response;
    // A policy that errs is skipped: without a forbid that could not be evaluated, an allow means nothing.
    if (diagnostics.errors.length > 0) {
      throw new Error(messagesOf(diagnostics.errors.map(({ error }) => error)));
    }
    if (decision === "allow") return [];
    return diagnostics.reason.length === 0 ? ["granted"] : diagnostics.reason;
  }

  function* problemsOf(): Iterable<string> {
    const parsed = cedar.preparsePolicySet(policySet, { staticPolicies: { ...staticPolicies } });
    if (parsed.type === "failure") yield messagesOf(parsed.errors);
    const answer = cedar.validate({
      validationSettings: { mode: "strict" },
      schema,
      policies: { staticPolicies: { ...staticPolicies } },
    });
    if (answer.type === "failure") yield messagesOf(answer.errors);
    else {
      const { validationErrors, validationWarnings, otherWarnings } = answer;
      yield* [...validationErrors, ...validationWarnings].map(({ error }) => error.message);
      yield* otherWarnings.map(({ message }) => message);
    }
  }
}

function messagesOf(errors: readonly { readonly message: string }[]): string {
  return errors.map(({ message }) => message).join("; ");
}

function hashOf(of: unknown): string {
  return createHash("sha256").update(JSON.stringify(of)).digest("hex").slice(0, 16);
}
