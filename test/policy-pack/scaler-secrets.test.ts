import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import rule from "../../policy-pack/rules/no-shared-secret";
import { outputOf, resource } from "../support/resources";
import { ruleTester, type RuleCases } from "../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const config = resource("t:index:Config", "config", {});
const notYet = outputOf(config.urn);
const reported = "KEDA_CLUSTER_OBJECT_NAMESPACE";
const containers = "spec.template.spec.containers[0]";

function deployment(namespace: string, name: string, container: Value): Resource {
  return resource("kubernetes:apps/v1:Deployment", `${namespace}/${name}`, {
    metadata: { name, namespace },
    spec: { template: { spec: { containers: [container] } } },
  });
}

/** A workload that receives one key of the Secret `queue` of its namespace. */
function desk(namespace: string, key = "url"): Resource {
  const env = [{ name: "QUEUE", valueFrom: { secretKeyRef: { name: "queue", key } } }];
  return deployment(namespace, "desk", { name: "main", image: "acme/desk", env });
}

/** A workload that receives all of it. */
function reader(namespace: string): Resource {
  const envFrom = [{ secretRef: { name: "queue" } }];
  return deployment(namespace, "desk", { name: "main", image: "acme/desk", envFrom });
}

/** KEDA's operator. */
function operator(env: Value): Resource {
  return deployment("ops", "keda-operator", { name: "keda", image: "ghcr.io/kedacore/keda", env });
}

/** What is scaled by a key of that Secret of wherever the operator looks. */
function scaledFor(key: Value, kind = "ClusterTriggerAuthentication"): readonly Resource[] {
  const isWide = kind === "ClusterTriggerAuthentication";
  const authenticationRef = { name: "queue", kind };
  return [
    resource(`kubernetes:keda.sh/v1alpha1:${kind}`, "queue", {
      metadata: { name: "queue", ...(!isWide && { namespace: "acme" }) },
      spec: { secretTargetRef: [{ parameter: "host", name: "queue", key }] },
    }),
    resource("kubernetes:keda.sh/v1alpha1:ScaledObject", "acme/worker", {
      metadata: { name: "worker", namespace: "acme" },
      spec: {
        scaleTargetRef: { name: "worker" },
        triggers: [{ type: "rabbitmq", authenticationRef }],
      },
    }),
  ];
}

const scaled = scaledFor("url");

function possible(namespace: string, more: Partial<Expected> = {}): Expected {
  return {
    verdict: "undetermined",
    severity: "critical",
    about: `${namespace}/queue`,
    holder: `${namespace}/desk`,
    at: `${namespace}/desk: ${containers}.env[0].valueFrom.secretKeyRef`,
    message: `The value of secret \`${namespace}/queue[url]\` is shared by 2 workloads`,
    related: ["KEDA: may use the same value"],
    dependsOn: ["config"],
    ...more,
  };
}

/** That a variable of the operator may be any secret. */
function unknownOf(way: string): Expected {
  return {
    verdict: "undetermined",
    severity: "critical",
    about: "KEDA",
    holder: "KEDA",
    at: `ops/keda-operator: ${containers}.${way}`,
    message: "`KEDA` shares a secret with another workload",
    dependsOn: ["config"],
  };
}

function certain(
  namespace: string,
  held = "queue[url]",
  way = "env[0].valueFrom.secretKeyRef",
): Expected {
  return {
    severity: "critical",
    about: `${namespace}/queue`,
    holder: `${namespace}/desk`,
    at: `${namespace}/desk: ${containers}.${way}`,
    message: `Secret \`${namespace}/${held}\` is shared by 2 workloads`,
    related: ["KEDA: uses this secret too"],
  };
}

const fromField = { fieldRef: { fieldPath: "metadata.namespace" } };
const fromSettings = { configMapKeyRef: { name: "settings", key: "namespace" } };

ruleTester(rule, {
  accepts: [
    {
      name: "a Secret of another name than KEDA is given from a namespace that is not known",
      resources: [
        config,
        ...scaled,
        operator([{ name: reported, value: notYet }]),
        deployment("ops", "desk", {
          name: "main",
          image: "acme/desk",
          envFrom: [{ secretRef: { name: "other" } }],
        }),
      ],
    },
    {
      name: "another key than KEDA is given from a namespace that is not known",
      resources: [
        config,
        ...scaled,
        operator([{ name: reported, value: notYet }]),
        desk("ops", "b"),
      ],
    },
    {
      name: "a Secret of another namespace than the one that KEDA is in, where it is told none",
      resources: [...scaled, operator([{ name: "LOG", value: "debug" }]), desk("vault")],
    },
    {
      name: "a Secret of another namespace than the operator's, where the key is not known",
      resources: [config, ...scaledFor(notYet), operator([]), desk("vault")],
    },
  ],
  rejects: [
    ...["ops", "vault"].flatMap((namespace) => [
      {
        name: `a Secret of ${namespace}, where KEDA is told a namespace that is not known, as undetermined`,
        resources: [
          config,
          ...scaled,
          operator([{ name: reported, value: notYet }]),
          desk(namespace),
        ],
        findings: [possible(namespace)],
      },
      {
        name: `a Secret of ${namespace}, where a variable of KEDA is called what is not known, as undetermined`,
        resources: [config, ...scaled, operator([{ name: notYet, value: "a" }]), desk(namespace)],
        findings: [possible(namespace)],
      },
      {
        name: `a Secret of ${namespace}, where KEDA is told a namespace by what is not known, as undetermined`,
        resources: [
          config,
          ...scaled,
          operator([{ name: reported, valueFrom: notYet }]),
          desk(namespace),
        ],
        findings: [possible(namespace), unknownOf("env[0].valueFrom.configMapKeyRef")],
      },
      {
        name: `a Secret of ${namespace}, where KEDA is told a namespace by a ConfigMap, as undetermined`,
        resources: [
          ...scaled,
          operator([{ name: reported, valueFrom: fromSettings }]),
          desk(namespace),
        ],
        findings: [possible(namespace, { dependsOn: [] })],
      },
    ]),
    {
      name: "a Secret of each namespace, where no variable of KEDA is known, as undetermined",
      resources: [config, ...scaled, operator(notYet), desk("vault")],
      findings: [possible("vault"), unknownOf("env")],
    },
    {
      name: "a Secret of KEDA's own namespace, where it is told that by a field",
      resources: [...scaled, operator([{ name: reported, valueFrom: fromField }]), desk("ops")],
      findings: [certain("ops")],
    },
    {
      name: "a Secret of KEDA's own namespace, where it is told none",
      resources: [...scaled, operator([{ name: reported, value: "" }]), desk("ops")],
      findings: [certain("ops")],
    },
    {
      name: "a Secret of which KEDA is given a key that is not known, as undetermined",
      resources: [config, ...scaledFor(notYet), operator([]), desk("ops")],
      findings: [possible("ops")],
    },
    {
      name: "a Secret of a namespace of which KEDA is given a key that is not known, as undetermined",
      resources: [config, ...scaledFor(notYet, "TriggerAuthentication"), desk("acme")],
      findings: [possible("acme")],
    },
    {
      name: "a whole Secret of which KEDA is given a key that is not known",
      resources: [config, ...scaledFor(notYet, "TriggerAuthentication"), reader("acme")],
      findings: [certain("acme", "queue", "envFrom[0].secretRef")],
    },
  ],
});
