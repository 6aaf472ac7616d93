import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { modelKeysIn } from "./model-keys";
import type { ModelProvider } from "./model-providers";
import { contentsOf } from "./reach";

/** What accepts a credential, as far as that decides what replaces it. */
export type CredentialKind =
  | { readonly kind: "aws" }
  | { readonly kind: "model"; readonly provider: ModelProvider }
  | { readonly kind: "other" };

/** The variables from which AWS's SDKs take a key; their configuration files have the same names in lower case. */
const awsVariables = new Set(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);

/**
 * What accepts the credential of a fact: AWS, a model provider that accepts workload identities, or anything else. Evidence, not
 * decision: only the text of a finding depends on it.
 */
export function credentialKind(graph: Graph, fact: FactOf<"uses" | "literal">): CredentialKind {
  return graph.unwatched(() => {
    if (isOfAws(fact)) return { kind: "aws" };
    // A setting that comes later can send the workload's calls to another host. Before, each fact would read all like it.
    if (!graph.complete) return { kind: "other" };
    if (fact.kind === "uses" && createdByAws(graph, fact)) return { kind: "aws" };
    const found = modelKeysIn(graph, fact);
    const [key] = found.kind === "known" ? found.keys : [];
    if (key?.provider === undefined || key.uncertainty !== undefined) return { kind: "other" };
    return { kind: "model", provider: key.provider };
  });
}

function isOfAws({ under }: FactOf<"uses" | "literal">): boolean {
  return under !== undefined && awsVariables.has(under.toUpperCase());
}

/** Whether a secret contains a key that the stack creates for an IAM user. */
function createdByAws(graph: Graph, { secret, key }: FactOf<"uses">): boolean {
  const name = nameIn(secret);
  if (name === undefined) return false;
  // In a preview, the value of a key that the stack creates is unknown, and may be derived.
  return contentsOf(graph, { name, key }, true).some((part) =>
    graph.facts("static-credential", "credential", part.name).some(({ of }) => of === "user"),
  );
}
