import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import type { Name } from "../facts/name";
import {
  bindingsOf,
  grantsRights,
  isAccountGroup,
  isDefaultAccount,
  possibleBindingsOf,
  dependenciesOfBinding,
} from "../domain/rbac/account";
import { mountedIn } from "../domain/workloads/mounting";
import { unknownSubjectOf } from "../domain/workloads/people";
import { runnersOf } from "../domain/workloads/parties";
import { defineRule, type Answer } from "../findings/define-rule";
import { unknownAccount } from "./answers/accounts";
import { dedupKey, unknownSubjectKey } from "./answers/dedup-keys";

type Message =
  | "bound"
  | "role"
  | "svid"
  | "certificate"
  | "bare"
  | "account"
  | "subject"
  | "unnamed";

/** Every pod that names no ServiceAccount uses `default`: what that account may do, each of them may do. */
export default defineRule({
  id: "no-default-identity",
  title: "No workload runs as a `default` ServiceAccount, and no binding gives one rights",
  severity: "high",
  family: "identity",
  decides: "closed",
  because: "a later binding or role makes it worse, and a later account may turn the token off",
  watches: ["runs-as", "assumes", "binds"],
  remediation:
    "give the workload a ServiceAccount of its own and bind roles to that account, or declare it as an `Agent` or `Tool`, which creates one",
  messages: {
    bound:
      "Default ServiceAccount `{about}` is used by a workload and has permissions through `{binding}`",
    role: "Default ServiceAccount `{about}` is used by a workload and can assume role `{role}`",
    svid: "The SPIFFE ID of default ServiceAccount `{about}` is used by a workload",
    certificate: "A certificate of default ServiceAccount `{about}` is used by a workload",
    bare: "Default ServiceAccount `{about}` is used by a workload without an account of its own",
    account: "Default ServiceAccount `{about}` can assume {role}",
    subject: "`{about}` gives permissions to an identity that workloads share",
    unnamed: "`{holder}` uses the default ServiceAccount of its namespace",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "runs-as": {
        const { identity, isDefault, mounts, workload, at } = fact;
        if (identity.kind === "named") {
          return isDefault ? [runsAsDefault(fact, identity.name, graph)] : [];
        }
        // A function or task runs as no ServiceAccount.
        const isPod = isDefault || mounts !== undefined;
        return isPod ? [unknownAccount("unnamed", workload, at, identity, graph)] : [];
      }
      case "assumes":
        return accountWithRole(fact, graph);
      case "binds":
        return subjectWithRights(fact, graph);
    }
  },
});

function runsAsDefault(fact: FactOf<"runs-as">, account: Name, graph: Graph): Answer<Message> {
  const { workload, at, carries } = fact;
  const fault = dedupKey(graph, "account without use", account, workload);
  const base = { about: account, holder: workload, fault, at };
  const role = roleOf(graph, account);
  if (role !== undefined) {
    const data = { role: labelOfThing(graph, role) };
    return { ...base, message: "role", data, evidenceParts: [{ name: role, as: "obtains" }] };
  }
  if (carries !== undefined) return { ...base, message: carries };
  const mounted = mountedIn(graph, fact);
  const bindings = bindingsOf(graph, account);
  const [certain] = bindings;
  const [possibly] = possibleBindingsOf(graph, account);
  const binding = certain ?? possibly;
  if (binding === undefined || mounted?.kind === "no") {
    return { ...base, message: "bare", severity: "low" };
  }
  const dependsOn = dependenciesOfBinding(graph, binding);
  const mounting = mounted?.kind === "unknown" ? mounted : undefined;
  const uncertainty = certain === undefined ? { dependsOn } : mounting;
  const gives = certain === undefined ? "may give it permissions" : "gives it permissions";
  const all = bindings.map((each) => ({ name: each.binding, as: "bound by" }));
  return {
    ...base,
    message: "bound",
    data: { binding: labelOfThing(graph, binding.binding) },
    evidenceParts: uncertainty === undefined ? all : undefined,
    related: [{ name: binding.binding, as: gives }],
    uncertainty,
  };
}

/** A role on a default account counts without a workload; where one is in the stack it is reported there. */
function accountWithRole(fact: FactOf<"assumes">, graph: Graph): readonly Answer<Message>[] {
  const { identity, at } = fact;
  if (!isDefaultAccount(graph, identity) || isRunBySome(graph, identity)) return [];
  const role = nameIn(fact.role);
  const data = { role: role === undefined ? "a role" : `role \`${labelOfThing(graph, role)}\`` };
  return [{ message: "account", data, about: identity, holder: role, at }];
}

function subjectWithRights(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const { subject, binding, subjectName, at } = fact;
  const { kind, name } = subject;
  const dependsOn = kind === "ServiceAccount" ? subject.dependsOn : unknownSubjectOf(fact);
  const isShared =
    kind === "Group"
      ? isAccountGroup(name)
      : kind === "ServiceAccount" && (name === "default" || isDefaultAccount(graph, subjectName));
  if ((dependsOn === undefined && !isShared) || !grantsRights(graph, fact)) return [];
  return [
    {
      message: "subject",
      about: binding,
      holder: subjectName,
      fault: dependsOn && unknownSubjectKey(graph, fact),
      at,
      uncertainty: dependsOn && { dependsOn },
    },
  ];
}

function roleOf(graph: Graph, account: Name): Name | undefined {
  return graph.facts("assumes", "identity", account).flatMap((each) => nameIn(each.role) ?? [])[0];
}

function isRunBySome(graph: Graph, account: Name): boolean {
  return (
    graph.facts("runs-as", "identity", account).length > 0 || runnersOf(graph, account).length > 0
  );
}
