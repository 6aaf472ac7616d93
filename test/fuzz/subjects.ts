import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { resource } from "../support/resources";
import { brokenText } from "./mutate";
import type { Random } from "./random";

const account = "111122223333";

/** Subjects as they are written, each with the issuer whose they are. */
const ofIssuers: readonly (readonly [string, string])[] = [
  ["token.actions.githubusercontent.com", "repo:acme/desk:ref:refs/heads/main"],
  ["token.actions.githubusercontent.com", "repo:acme@1/desk@2:environment:production"],
  ["token.actions.githubusercontent.com", "repo:acme/desk:pull_request"],
  ["gitlab.com", "project_path:acme/desk:ref_type:branch:ref:main"],
  ["app.terraform.io", "organization:acme:project:desk:workspace:prod:run_phase:apply"],
  ["oidc.circleci.com/org/1-2", "org/1-2/project/3-4/user/5-6"],
  ["agent.buildkite.com", "organization:acme:pipeline:desk:ref:refs/heads/main:commit:1:step:s"],
  ["oidc.eks.eu-west-1.amazonaws.com/id/ABC", "system:serviceaccount:acme:desk"],
  ["spire.acme.example", "spiffe://acme.example/ns/acme/sa/desk"],
  ["accounts.google.com", "103456789012345678901"],
  ["api.pulumi.com/oidc", "pulumi:deploy:org:acme:project:desk:stack:dev"],
];

const principals = [
  "*",
  account,
  `arn:aws:iam::${account}:root`,
  `arn:aws:iam::${account}:role/agents/desk`,
  `arn:aws:sts::${account}:assumed-role/desk/session`,
  `arn:aws:iam::${account}:oidc-provider/gitlab.com`,
  "AROAEXAMPLE",
];

const ofBindings = [
  "desk",
  "default",
  "system:masters",
  "system:authenticated",
  "system:serviceaccounts:acme",
  "system:serviceaccount:acme:desk",
];

const templates = [
  "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
  "spiffe://acme.example/{{ index .PodMeta.Labels `app` }}",
];

/** A subject, or its stand-in, broken in some way, at a location for subjects. */
export function subject(name: string, random: Random): Resource {
  const broken = (text: string): string => {
    let result = text;
    for (let times = random.below(4); times > 0; times -= 1) result = brokenText(result, random);
    return result;
  };
  switch (random.below(5)) {
    case 0:
      return binding(
        name,
        random.of(["ServiceAccount", "User", "Group"]),
        broken(random.of(ofBindings)),
      );
    case 1:
      return trust(name, { AWS: broken(random.of(principals)) }, "sts:AssumeRole", {});
    case 2:
      return resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID", name, {
        apiVersion: "spire.spiffe.io/v1alpha1",
        kind: "ClusterSPIFFEID",
        metadata: { name },
        spec: { spiffeIDTemplate: broken(random.of(templates)) },
      });
    default: {
      const [issuer, text] = random.of(ofIssuers);
      const operator = random.of(["StringEquals", "StringLike", "ForAnyValue:StringLike"]);
      const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
      return trust(name, { Federated: provider }, "sts:AssumeRoleWithWebIdentity", {
        [operator]: {
          [`${issuer}:sub`]: [broken(text), broken(text)],
          [`${issuer}:aud`]: broken("sts.amazonaws.com"),
        },
      });
    }
  }
}

function trust(name: string, Principal: Value, Action: string, Condition: Value): Resource {
  const assumeRolePolicy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action, Condition }],
  };
  return resource("aws:iam/role:Role", name, { name, assumeRolePolicy });
}

function binding(name: string, kind: string, text: string): Resource {
  return resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", name, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind, name: text, namespace: "acme" }],
  });
}
