import { read } from "../../core/snapshot/read";
import { isRecord, type Value } from "../../core/snapshot/value";
import { valueIn } from "../readers/values";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { Supposed, Supposition } from "./supposition";
import { text } from "./values";

const roles = /^aws:iam\/role:Role$/;

/** An account that nothing in the stack is in. */
const otherAccount = "999999999999";

/** Services by which workloads come. */
const services = [
  "bedrock-agentcore.amazonaws.com",
  "pods.eks.amazonaws.com",
  "rolesanywhere.amazonaws.com",
];

/** Where a role's trust policy has its statements: a list, or the only one. */
const statements = [
  ["assumeRolePolicy", "Statement", "[]"],
  ["assumeRolePolicy", "Statement"],
] as const;

/** What stands in the place of what a preview cannot know of a statement of a role's trust policy. */
export const ofTrust: readonly Supposition[] = statements.flatMap(
  (statement): readonly Supposition[] => {
    const at = (...steps: readonly string[]): Pick<Supposition, "types" | "path" | "atLeast"> => ({
      types: roles,
      path: [...statement, ...steps],
      atLeast: statement.length + steps.length,
    });
    return [
      { ...at("Effect"), values: () => ["Allow", "Deny"].map(text) },
      { ...at("Principal"), toldBy: /aws:iam\//, values: principals },
      { ...at("Principal", "AWS"), toldBy: /aws:iam\//, values: () => [anotherAccount] },
      { ...at("Principal", "Service"), values: () => services.map(text) },
      { ...at("Principal", "Federated"), toldBy: /openIdConnectProvider/i, values: providers },
      { ...at("Condition", "Null", "*"), values: () => ["true", "false"].map(text) },
      { ...at("Condition", "*", "*"), values: subjects },
      { ...at("Condition", "*", "*", "[]"), values: subjects },
    ];
  },
);

const anotherAccount: Supposed = {
  value: `arn:aws:iam::${otherAccount}:root`,
  says: "another account",
};

const anyId: Supposed = { value: "00000000-0000-4000-8000-000000000000", says: "any id" };

function principals(place: OpenPlace): readonly Supposed[] {
  return [
    { value: { AWS: anotherAccount.value }, says: anotherAccount.says },
    ...services.map((service) => ({ value: { Service: service }, says: `\`${service}\`` })),
    ...providers(place).map(({ value, says }) => ({ value: { Federated: value }, says })),
  ];
}

/** The providers of the issuers whose claims the statement's own conditions test. */
function providers({ resource, path }: OpenPlace): readonly Supposed[] {
  const statement = path.slice(0, typeof path[2] === "number" ? 3 : 2);
  const conditions = valueIn(read(resource.inputs, ...statement, "Condition"));
  const issuers = keysWithin(conditions).flatMap((key) => {
    const issuer = key.slice(0, key.lastIndexOf(":"));
    return issuer.includes(".") ? [issuer] : [];
  });
  return [...new Set(issuers)].sort().map((issuer) => ({
    value: `arn:aws:iam::${otherAccount}:oidc-provider/${issuer}`,
    says: `the provider of \`${issuer}\``,
  }));
}

function keysWithin(conditions: Value | undefined): readonly string[] {
  if (!isRecord(conditions)) return [];
  return Object.values(conditions).flatMap((test) => (isRecord(test) ? Object.keys(test) : []));
}

/** What a claim or a tag is compared with: the ServiceAccounts that the stack names, or the id of a pod. */
function subjects({ path }: OpenPlace, stack: StackView): readonly Supposed[] {
  if (path.some((step) => String(step).endsWith("/kubernetes-pod-uid"))) return [anyId];
  if (!path.some((step) => String(step).endsWith(":sub"))) return [];
  return stack
    .namesOfKind("k8s")
    .flatMap(([namespace, kind, name]) =>
      kind === "ServiceAccount" ? [text(`system:serviceaccount:${namespace}:${name}`)] : [],
    );
}
