import rule from "../../../policy-pack/rules/no-automounted-token";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const flag = urnOf("t:index:Flag", "flag");

function pod(mounts = "", account = "desk"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: desk }
spec:
  serviceAccountName: ${account}
  ${mounts === "" ? "" : `automountServiceAccountToken: ${mounts}`}
  containers: [{ name: main, image: x }]
`;
}

function account(mounts = ""): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: acme, name: desk }
${mounts === "" ? "" : `automountServiceAccountToken: ${mounts}`}
`;
}

function bound(subject: string): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { namespace: acme, name: reads }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [${subject}]
`;
}

const all = (...documents: readonly string[]) => manifest(documents.join("---"));

function podWith(source: string): string {
  return `${pod()}  volumes:
    - name: api
      projected:
        sources:
          - ${source}
          - configMap: { name: kube-root-ca.crt }
`;
}

const found = {
  severity: "low",
  about: "acme/desk",
  holder: "acme/desk",
  at: "acme/desk: spec.serviceAccountName",
};
const mounted = {
  ...found,
  message:
    "ServiceAccount `acme/desk` has no permissions in the cluster, but its API token is mounted",
};

ruleTester(rule, {
  accepts: [
    { name: "a pod that mounts no token", resources: all(pod("false"), account()) },
    { name: "an account that mounts no token", resources: all(pod(), account("false")) },
    {
      name: "a certificate of another signer, which the API server does not take",
      resources: all(podWith("podCertificate: { signerName: a.example/pods }"), account("false")),
    },
    {
      name: "a token of an account with rights",
      resources: all(
        pod(),
        account(),
        bound("{ kind: ServiceAccount, namespace: acme, name: desk }"),
      ),
    },
    {
      name: "a token of an account that has rights by its namespace's group",
      resources: all(
        pod(),
        account(),
        bound(
          '{ kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:acme" }',
        ),
      ),
    },
    {
      name: "what is no pod",
      resources: [resource("aws:lambda/function:Function", "desk", { role: "x" })],
    },
  ],
  rejects: [
    {
      name: "a volume with the token, where the account says that none is mounted",
      resources: all(podWith("serviceAccountToken: { path: token }"), account("false")),
      findings: [mounted],
    },
    {
      name: "a certificate that the API server takes in place of a token",
      resources: all(
        podWith("podCertificate: { signerName: kubernetes.io/kube-apiserver-client-pod }"),
        account("false"),
      ),
      findings: [mounted],
    },
    {
      name: "a volume with the API token in place of the one that is left out",
      resources: all(
        `${pod("false")}  volumes:
    - name: kube-api-access
      projected:
        sources:
          - serviceAccountToken: { path: token }
          - configMap: { name: kube-root-ca.crt }
`,
        account(),
      ),
      findings: [mounted],
    },
    {
      name: "a token of an account without rights",
      resources: all(pod(), account()),
      findings: [mounted],
    },
    {
      name: "a pod that mounts it although its account says no",
      resources: all(pod("true"), account("false")),
      findings: [mounted],
    },
    {
      name: "a token of an account while another's is bound",
      resources: all(
        pod(),
        account(),
        bound("{ kind: ServiceAccount, namespace: acme, name: other }"),
        bound('{ kind: Group, name: "system:serviceaccounts:globex" }').replace("reads", "others"),
      ),
      findings: [mounted],
    },
    {
      name: "a default account's token, which Kubernetes mounts",
      resources: all(pod("", "default")),
      findings: [
        {
          ...mounted,
          about: "acme/default",
          message:
            "ServiceAccount `acme/default` has no permissions in the cluster, but its API token is mounted",
        },
      ],
    },
    {
      name: "as undetermined an account that is not in the stack",
      resources: all(pod()),
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "ServiceAccount `acme/desk` has no permissions in the cluster, but its API token is mounted",
        },
      ],
    },
    {
      name: "as undetermined what a pod says that is not known yet",
      resources: [
        ...all(account()),
        resource("kubernetes:core/v1:Pod", "acme/desk", {
          metadata: { namespace: "acme", name: "desk" },
          spec: {
            serviceAccountName: "desk",
            automountServiceAccountToken: outputOf(flag),
            containers: [],
          },
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "ServiceAccount `acme/desk` has no permissions in the cluster, but its API token is mounted",
          dependsOn: ["flag"],
        },
      ],
    },
    {
      name: "as undetermined an account that is not known yet",
      resources: [
        resource("kubernetes:core/v1:Pod", "acme/desk", {
          metadata: { namespace: "acme", name: "desk" },
          spec: { serviceAccountName: outputOf(flag), containers: [] },
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "`acme/desk` mounts the API token of a ServiceAccount without permissions",
          dependsOn: ["flag"],
        },
      ],
    },
  ],
});
