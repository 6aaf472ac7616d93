import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelAt, labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import {
  bindingsOf,
  givesRights,
  isAccountGroup,
  isDefaultAccount,
  possibleBindingsOf,
  dependenciesOfBinding,
} from "../../core/identity/account";
import { mountedIn } from "../../core/identity/mounting";
import { unknownSubjectOf } from "../../core/identity/people";
import { runnersOf } from "../../core/identity/parties";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey, unknownSubjectKey } from "../answers/dedup-keys";

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
  remediation: "give the workload a ServiceAccount of its own, and bind roles to that account",
  messages: {
    bound:
      "Default ServiceAccount `{account}` is used by a workload and has permissions through `{binding}`",
    role: "Default ServiceAccount `{account}` is used by a workload and can assume role `{role}`",
    svid: "The SPIFFE ID of default ServiceAccount `{account}` is used by a workload",
    certificate: "A certificate of default ServiceAccount `{account}` is used by a workload",
    bare: "Default ServiceAccount `{account}` is used by a workload without an account of its own",
    account: "Default ServiceAccount `{account}` can assume {role}",
    subject: "`{binding}` gives permissions to an identity that workloads share",
    unnamed: "`{holder}` uses the default ServiceAccount of its namespace",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "runs-as":
        if (fact.isDefault) return [runsAsDefault(fact, graph)];
        return fact.identity.kind === "unknown" ? runsAsUnknown(fact, graph) : [];
      case "assumes":
        return accountWithRole(fact, graph);
      case "binds":
        return subjectWithRights(fact, graph);
    }
  },
});

/** Reported by `no-shared-identity`, unless that is disabled; a function or task runs as no ServiceAccount. */
function runsAsUnknown(fact: FactOf<"runs-as">, graph: Graph): readonly Answer<Message>[] {
  const { workload, identity, mounts, at } = fact;
  if (identity.kind === "named" || mounts === undefined) return [];
  return [
    {
      message: "unnamed",
      data: { holder: labelAt(graph, workload, at) },
      about: workload,
      holder: workload,
      fault: dedupKey(graph, "unknown account", workload),
      at,
      uncertainty: identity,
    },
  ];
}

function runsAsDefault(fact: FactOf<"runs-as">, graph: Graph): Answer<Message> {
  const { workload, identity, at } = fact;
  const holder = labelAt(graph, workload, at);
  if (identity.kind === "unknown") {
    return {
      message: "unnamed",
      data: { holder },
      about: workload,
      holder: workload,
      fault: dedupKey(graph, "unknown account", workload),
      at,
      uncertainty: identity,
    };
  }
  const account = identity.name;
  const fault = dedupKey(graph, "account without use", account, workload);
  const common = { about: account, holder: workload, fault, at } as const;
  const data = { holder, account: labelOfThing(graph, account) };
  const role = roleOf(graph, account);
  if (role !== undefined) {
    const named = { ...data, role: labelOfThing(graph, role) };
    const evidenceParts = [{ name: role, as: "obtains" }];
    return { message: "role", data: named, ...common, evidenceParts };
  }
  const { carries } = fact;
  if (carries !== undefined) return { message: carries, data, ...common };
  const mounted = mountedIn(graph, fact);
  const bindings = bindingsOf(graph, account);
  const [binding] = bindings;
  const [possibly] = possibleBindingsOf(graph, account);
  if (binding === undefined && possibly !== undefined && mounted?.kind !== "no") {
    return {
      message: "bound",
      data: { ...data, binding: labelOfThing(graph, possibly.binding) },
      ...common,
      related: [{ name: possibly.binding, as: "may give it permissions" }],
      uncertainty: { dependsOn: dependenciesOfBinding(graph, possibly) },
    };
  }
  if (binding === undefined || mounted?.kind === "no") {
    return { message: "bare", data, severity: "low", ...common };
  }
  const bound = { ...data, binding: labelOfThing(graph, binding.binding) };
  const related = [{ name: binding.binding, as: "gives it permissions" }];
  if (mounted?.kind === "unknown") {
    const { dependsOn } = mounted;
    return {
      message: "bound",
      data: bound,
      ...common,
      related,
      uncertainty: { dependsOn },
    };
  }
  const evidenceParts = bindings.map((each) => ({ name: each.binding, as: "bound by" }));
  return { message: "bound", data: bound, ...common, evidenceParts, related };
}

/** A role on a default account counts without a workload; where one is in the stack it is reported there. */
function accountWithRole(fact: FactOf<"assumes">, graph: Graph): readonly Answer<Message>[] {
  const { identity } = fact;
  const role = nameIn(fact.role);
  if (!isDefaultAccount(graph, identity) || isRunBySome(graph, identity)) return [];
  return [
    {
      message: "account",
      data: {
        account: labelOfThing(graph, identity),
        role: role === undefined ? "a role" : `role \`${labelOfThing(graph, role)}\``,
      },
      about: identity,
      ...(role !== undefined && { holder: role }),
      at: fact.at,
    },
  ];
}

function subjectWithRights(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const { subject, binding, subjectName } = fact;
  const subjectDependsOn =
    subject.kind === "ServiceAccount" ? subject.dependsOn : unknownSubjectOf(fact);
  if (subjectDependsOn !== undefined && givesRights(graph, fact)) {
    return [
      {
        message: "subject",
        data: { binding: labelOfThing(graph, binding) },
        about: binding,
        holder: subjectName,
        fault: unknownSubjectKey(graph, fact),
        at: fact.at,
        uncertainty: { dependsOn: subjectDependsOn },
      },
    ];
  }
  const isShared =
    subject.kind === "Group"
      ? isAccountGroup(subject.name)
      : subject.kind === "ServiceAccount" &&
        (subject.name === "default" || isDefaultAccount(graph, subjectName));
  if (!isShared || !givesRights(graph, fact)) return [];
  return [
    {
      message: "subject",
      data: { binding: labelOfThing(graph, binding) },
      about: binding,
      holder: subjectName,
      at: fact.at,
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
