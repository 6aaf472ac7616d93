import { read } from "../../../core/snapshot/read";
import { textsIn } from "../../../core/snapshot/texts";
import { isRecord, type Value } from "../../../core/snapshot/value";
import { certificateService } from "../../domain/trust/certificate/certificate";
import { issuerOfKey } from "../../domain/trust/context";
import { issuerOf, plainKey } from "../../../core/trust/issuers";
import { valueIn } from "../../read/resource/values";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue, Hypothesis } from "./hypothesis";
import { idsOfOthers } from "./spiffe";
import { text } from "./values";

const roles = /^aws:iam\/role:Role$/;

/** An account that nothing in the stack is in. */
const otherAccount = "999999999999";

/** Services by which workloads come. */
const services = ["bedrock-agentcore.amazonaws.com", "pods.eks.amazonaws.com", certificateService];

/** The statements of a role's trust policy: a list, or the only one. */
const statements = [
  ["assumeRolePolicy", "Statement", "[]"],
  ["assumeRolePolicy", "Statement"],
] as const;

/** Possible values of unknown properties of a statement in a trust policy. */
export const ofTrust: readonly Hypothesis[] = statements.flatMap(
  (statement): readonly Hypothesis[] => {
    const at = (...steps: readonly string[]): Pick<Hypothesis, "types" | "path" | "atLeast"> => ({
      types: roles,
      path: [...statement, ...steps],
      atLeast: statement.length + steps.length,
    });
    return [
      { ...at("Effect"), values: () => ["Allow", "Deny"].map(text) },
      { ...at("Principal"), reportedBy: /aws:iam\//, values: principals },
      { ...at("Principal", "AWS"), reportedBy: /aws:iam\//, values: () => [anotherAccount] },
      { ...at("Principal", "Service"), values: () => services.map(text) },
      { ...at("Principal", "Federated"), reportedBy: /openIdConnectProvider/i, values: providers },
      { ...at("Condition", "Null", "*"), values: () => ["true", "false"].map(text) },
      { ...at("Condition"), values: ids },
      { ...at("Condition", "*"), values: ids },
      { ...at("Condition", "*", "*"), values: ids },
      { ...at("Condition", "*", "*", "[]"), values: ids },
      { ...at("Condition", "*", "*"), values: subjects },
      { ...at("Condition", "*", "*", "[]"), values: subjects },
    ];
  },
);

const anotherAccount: PossibleValue = {
  value: `arn:aws:iam::${otherAccount}:root`,
  sentence: "another account",
};

const anyId: PossibleValue = { value: "00000000-0000-4000-8000-000000000000", sentence: "any id" };

function principals(place: OpenPlace): readonly PossibleValue[] {
  return [
    { value: { AWS: anotherAccount.value }, sentence: anotherAccount.sentence },
    ...services.map((service) => ({ value: { Service: service }, sentence: `\`${service}\`` })),
    ...providers(place).map(({ value, sentence }) => ({ value: { Federated: value }, sentence })),
  ];
}

/** The providers of the issuers whose claims the statement's own conditions test. */
function providers({ resource, path }: OpenPlace): readonly PossibleValue[] {
  const statement = path.slice(0, typeof path[2] === "number" ? 3 : 2);
  const conditions = valueIn(read(resource.inputs, ...statement, "Condition"));
  const issuers = keysWithin(conditions).flatMap((key) => {
    const issuer = key.slice(0, key.lastIndexOf(":"));
    return issuer.includes(".") ? [issuer] : [];
  });
  return [...new Set(issuers)].sort().map((issuer) => ({
    value: `arn:aws:iam::${otherAccount}:oidc-provider/${issuer}`,
    sentence: `the provider of \`${issuer}\``,
  }));
}

/** Operators by which a condition requires a SPIFFE ID. */
const equal = /^(?:For(?:Any|All)Values:)?String(?:Equals|Like)(?:IgnoreCase)?(?:IfExists)?$/;

/** The condition key of the SPIFFE ID in a certificate. Source: the user guide of IAM Roles Anywhere, "Trust model". */
const certificateName = "aws:PrincipalTag/x509SAN/URI";

/** SPIFFE IDs of other tenants, if the statement requires one or may do so. */
function ids({ resource, path }: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const at = path.indexOf("Condition");
  const [operator, key] = path.slice(at + 1).map(String);
  if (operator !== undefined && !equal.test(operator)) return [];
  const principal = valueIn(read(resource.inputs, ...path.slice(0, at), "Principal"));
  const keys = keysOfIds(principal, stack).filter(
    (each) => key === undefined || plainKey(each) === plainKey(key),
  );
  return idsOfOthers(resource.urn, stack).flatMap(({ value, sentence }) =>
    keys.map((each) => ({ value: conditionsOf(each, value, path.length - at), sentence })),
  );
}

/** Conditions, or parts of them, that require a SPIFFE ID; for a token also its audience. */
function conditionsOf(key: string, id: Value, steps: number): Value {
  const audience = key.endsWith(":sub") && { [key.replace(/sub$/, "aud")]: "any" };
  const tests = { [key]: id, ...audience };
  return steps > 2 ? id : steps === 2 ? tests : { StringEquals: tests };
}

/** The condition keys by which a statement of such a principal can require a SPIFFE ID. */
function keysOfIds(principal: Value | undefined, { graph }: StackView): readonly string[] {
  const services = [...textsIn(valueIn(read(principal, "Service")))];
  const provider = read(principal, "Federated");
  const named = provider.kind === "unknown" ? provider.dependsOn : [...textsIn(valueIn(provider))];
  const hosts = named.flatMap((each) => {
    const [fact] = graph.facts("issuer", "provider", each);
    if (fact?.issuer.kind === "known") return [fact.issuer.text];
    return /:oidc-provider\/(.+)/s.exec(each)?.[1] ?? [];
  });
  return [
    ...(services.includes(certificateService) ? [certificateName] : []),
    ...hosts.filter(mayBeOfSpire).map((host) => plainKey(`${host}:sub`)),
  ];
}

/** Whether tokens of an issuer may have SPIFFE IDs for subjects: those of services and of clusters have others. */
function mayBeOfSpire(host: string): boolean {
  const { tenancy, subject } = issuerOf(host);
  return tenancy === "private" && subject !== "kubernetes";
}

function keysWithin(conditions: Value | undefined): readonly string[] {
  if (!isRecord(conditions)) return [];
  return Object.values(conditions).flatMap((test) => (isRecord(test) ? Object.keys(test) : []));
}

/** What a claim or a tag is compared with: the ServiceAccounts that the stack names, or the id of a pod. */
function subjects({ path }: OpenPlace, stack: StackView): readonly PossibleValue[] {
  if (path.some((step) => String(step).endsWith("/kubernetes-pod-uid"))) return [anyId];
  const key = path.map(String).find((step) => step.endsWith(":sub"));
  // An issuer that anyone can use issues no tokens for accounts of a cluster.
  if (key === undefined || issuerOf(issuerOfKey(plainKey(key)) ?? "").tenancy === "shared")
    return [];
  return stack
    .namesOfKind("k8s")
    .flatMap(([namespace, kind, name]) =>
      kind === "ServiceAccount" ? [text(`system:serviceaccount:${namespace}:${name}`)] : [],
    );
}
