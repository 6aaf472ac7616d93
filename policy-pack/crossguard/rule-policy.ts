import type { Policy, ResourceValidation, StackValidation } from "@pulumi/policy";
import type { Urn } from "../../core/snapshot/value";
import { levelOf, type Rule } from "../define-rule";
import { sayAll, type Violation } from "./violation";

/**
 * A rule as a policy of its own, with its own name, level and configuration.
 *
 * It reads nothing: a policy's validations make the SDK read all properties anew, so it has none until the collector,
 * which comes before it, gives it something to say. The SDK looks at its validations at each resource.
 */
export class RulePolicy implements Policy {
  readonly name: string;
  readonly description: string;
  readonly displayName: string;
  readonly enforcementLevel: "mandatory" | "advisory";
  readonly severity: Rule["severity"];
  readonly framework?: NonNullable<Policy["framework"]>;
  readonly tags: string[];
  readonly remediationSteps: string;
  readonly url?: string;
  readonly validateResource: ResourceValidation[] = [];
  validateStack?: StackValidation;
  readonly #pending = new Map<Urn, readonly Violation[]>();

  constructor(rule: Rule, url: string | undefined) {
    this.name = rule.id;
    this.description = rule.title;
    this.displayName = rule.title;
    this.enforcementLevel =
      levelOf(rule, rule.severity, undefined) === "mandatory" ? "mandatory" : "advisory";
    this.severity = rule.severity;
    const framework = frameworkOf(rule);
    if (framework !== undefined) this.framework = framework;
    this.tags = [rule.family, ...rule.standards];
    this.remediationSteps = rule.remediation;
    if (url !== undefined) this.url = url;
  }

  /** Says violations on a resource that is being validated, as soon as the SDK comes to this policy. */
  sayOn(urn: Urn, violations: readonly Violation[]): void {
    this.#pending.set(urn, violations);
    if (!this.validateResource.includes(this.#speak)) this.validateResource.push(this.#speak);
  }

  /** Says violations of the whole stack, as soon as the SDK comes to this policy. */
  sayOfStack(violations: readonly Violation[]): void {
    this.validateStack = (_args, report) => {
      delete this.validateStack;
      sayAll(violations, report);
    };
  }

  /** Calls for several resources may overlap: each takes what is pending for its own. */
  readonly #speak: ResourceValidation = (args, report) => {
    const violations = this.#pending.get(args.urn) ?? [];
    this.#pending.delete(args.urn);
    if (this.#pending.size === 0) this.validateResource.length = 0;
    sayAll(violations, report);
  };
}

const nonHumanIdentities = "OWASP Non-Human Identities Top 10";

function frameworkOf(rule: Rule): Policy["framework"] {
  const reference = rule.standards.find((standard) => standard.startsWith("NHI"));
  if (reference === undefined) return undefined;
  const [, version = ""] = reference.split(":");
  return { name: nonHumanIdentities, version, reference, specification: "" };
}
