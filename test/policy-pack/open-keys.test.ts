import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import rule from "../../policy-pack/rules/no-shared-secret";
import { outputOf, resource } from "../support/resources";
import { ruleTester, type RuleCases } from "../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const config = resource("t:index:Config", "config", {});
const notYet = outputOf(config.urn);
const variable = "spec.containers[0].env[0].valueFrom.secretKeyRef";

function pod(name: string, spec: Value): Resource {
  const inputs = { metadata: { name, namespace: "acme" }, spec };
  return resource("kubernetes:core/v1:Pod", `acme/${name}`, inputs);
}

/** A pod that receives one key of a Secret. */
function given(name: string, key: Value, secret: Value = "crm"): Resource {
  const valueFrom = { secretKeyRef: { name: secret, key } };
  return pod(name, { containers: [{ name: "main", env: [{ name: "KEY", valueFrom }] }] });
}

/** A pod that mounts one key of a Secret. */
function mounts(name: string, key: Value): Resource {
  const secret = { secretName: "crm", items: [{ key, path: "crm" }] };
  return pod(name, { containers: [{ name: "main" }], volumes: [{ name: "crm", secret }] });
}

/** A pod that receives all of a Secret. */
function whole(name: string): Resource {
  const envFrom = [{ secretRef: { name: "crm" } }];
  return pod(name, { containers: [{ name: "main", envFrom }] });
}

/** A pod that mounts a Secret with some of its keys, or a part of it. */
function partly(name: string, items: Value, subPath: Value): Resource {
  const volumeMounts = [{ name: "crm", mountPath: "/crm", subPath }];
  const secret = { secretName: "crm", items };
  return pod(name, {
    containers: [{ name: "main", volumeMounts }],
    volumes: [{ name: "crm", secret }],
  });
}

/** A Secret of the stack, and its name as a program gives it to others. */
const made = resource("kubernetes:core/v1:Secret", "acme/crm", {
  metadata: { namespace: "acme" },
  stringData: { key: "", other: "" },
});

/** A custom resource in the namespace of all others. */
function custom(kind: string, name: string, spec: Value): Resource {
  const metadata = { name, namespace: "acme" };
  return resource(`kubernetes:${kind}`, `acme/${name}`, { metadata, spec });
}

/** A remote server of tools of kagent that is called with a key. */
function remote(key: Value): Resource {
  const valueFrom = { type: "Secret", name: "crm", key };
  const headersFrom = [{ name: "Authorization", valueFrom }];
  return custom("kagent.dev/v1alpha2:RemoteMCPServer", "desk", { url: "https://crm", headersFrom });
}

/** A server of tools of ToolHive that receives a key. */
function tools(key: Value): Resource {
  const secrets = [{ name: "crm", key }];
  return custom("toolhive.stacklok.dev/v1alpha1:MCPServer", "desk", { image: "crm", secrets });
}

/** A proxy of ToolHive that calls with a key. */
function proxy(key: Value): Resource {
  const valueSecretRef = { name: "crm", key };
  const headerForward = {
    addHeadersFromSecret: [{ headerName: "Authorization", valueSecretRef }],
  };
  return custom("toolhive.stacklok.dev/v1alpha1:MCPRemoteProxy", "desk", { headerForward });
}

/** An operator's part that names a key. */
function operated(key: Value): Resource {
  const spec = { sinkUri: "https://crm", accessToken: { secretKeyRef: { name: "crm", key } } };
  return custom("sources.knative.dev/v1:GitHubSource", "desk", spec);
}

/** A release of a chart that names a key. */
function release(key: Value): Resource {
  return resource("kubernetes:helm.sh/v3:Release", "acme/desk", {
    name: "desk",
    namespace: "acme",
    chart: "desk",
    values: { crm: { existingSecret: "crm", existingSecretKey: key } },
  });
}

/** A configuration of models of kagent that names a key. */
function models(apiKeySecretKey: Value): Resource {
  const spec = { apiKeySecret: "crm", apiKeySecretKey };
  return custom("kagent.dev/v1alpha2:ModelConfig", "models", spec);
}

/** An agent of kagent that calls these models. */
function agent(name: string): Resource {
  return custom("kagent.dev/v1alpha2:Agent", name, { declarative: { modelConfig: "models" } });
}

/** What makes a Secret of a name with one key of the store. */
function external(name: string, secret: Value): Resource {
  return externalTo(name, { name: secret });
}

/** The maker of a Secret with one key of the store. */
function externalTo(name: string, target: Value): Resource {
  return resource("kubernetes:external-secrets.io/v1:ExternalSecret", `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec: specTo(target),
  });
}

/** What makes such a Secret in each of some namespaces. */
function everywhere(name: string, target: Value): Resource {
  return resource("kubernetes:external-secrets.io/v1:ClusterExternalSecret", name, {
    metadata: { name },
    spec: { namespaces: ["acme"], externalSecretSpec: specTo(target) },
  });
}

function specTo(target: Value): Value {
  return {
    secretStoreRef: { name: "vault" },
    target,
    data: [{ secretKey: "key", remoteRef: { key: "crm" } }],
  };
}

function possible(holder: string, other: string, more: Partial<Expected> = {}): Expected {
  return {
    verdict: "undetermined",
    severity: "critical",
    about: "acme/crm",
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${variable}`,
    message: "Secret `acme/crm` is shared by 2 workloads",
    related: [`acme/${other}: may use the same key`],
    dependsOn: ["config"],
    ...more,
  };
}

/** That `desk` may use the key that `triage` uses. */
function pair(at: string, key = "key"): readonly Expected[] {
  return [
    possible("desk", "triage", { at: `acme/desk: ${at}` }),
    possible("triage", "desk", {
      message: `Secret \`acme/crm[${key}]\` is shared by 2 workloads`,
    }),
  ];
}

/** That one of three may use the key of each of the others. */
function ofThree(holder: string, first: string, second: string, secret = "crm"): Expected {
  return possible(holder, first, {
    message: `Secret \`acme/${secret}\` is shared by 3 workloads`,
    related: [first, second].map((other) => `acme/${other}: may use the same key`),
  });
}

/** That an agent shares the key of its models. */
function modelsOf(holder: string, other: string): Expected {
  return {
    severity: "critical",
    about: "acme/models",
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.declarative.modelConfig`,
    message: "The value of secret `acme/models` is shared by 2 workloads",
    related: [`acme/${other}: uses this value too`],
  };
}

/** That two use one value, were the name of one's Secret known. */
function wereIt(at: string, property: string): Expected {
  return {
    verdict: "undetermined",
    severity: "critical",
    about: "acme/crm",
    holder: "acme/desk",
    at: `${at}: ${property}`,
    message: "The value of secret `acme/crm[key]` is shared by 2 workloads",
    reason: `\`${property}\` of \`${at}\` may be \`crm\``,
    related: ["acme/triage: uses this value too"],
    dependsOn: ["config"],
  };
}

/** That two use one value by Secrets of two names. */
function oneValue(holder: string, secret: string, other: string): Expected {
  return {
    severity: "critical",
    about: `acme/${secret}`,
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${variable}`,
    message: `The value of secret \`acme/${secret}[key]\` is shared by 2 workloads`,
    related: [`acme/${other}: uses this value too`],
  };
}

function certain(holder: string, other: string, at = variable): Expected {
  return {
    severity: "critical",
    about: "acme/crm",
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${at}`,
    message: "Secret `acme/crm` is shared by 2 workloads",
    related: [`acme/${other}: uses this secret too`],
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "a key that is not known, of a Secret that nobody else holds",
      resources: [config, given("desk", notYet), given("other", "key", "other")],
    },
    {
      name: "keys of a store by Secrets of other names than those that are held",
      resources: [
        external("crm", "third"),
        external("other", "other"),
        given("desk", "key"),
        given("triage", "key", "other"),
      ],
    },
    {
      name: "a key that is not known beside another of the same pod",
      resources: [
        config,
        pod("desk", {
          containers: [
            {
              name: "main",
              env: [notYet, "key"].map((key) => ({
                name: "KEY",
                valueFrom: { secretKeyRef: { name: "crm", key } },
              })),
            },
          ],
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "a key that is not known and may be another's, as undetermined",
      resources: [config, given("desk", notYet), given("triage", "key")],
      findings: pair(variable),
    },
    {
      name: "two keys that are not known and may both be another's, as undetermined",
      resources: [config, given("desk", notYet), given("refunds", notYet), given("triage", "key")],
      findings: [
        ofThree("desk", "refunds", "triage"),
        ofThree("refunds", "desk", "triage"),
        ofThree("triage", "desk", "refunds", "crm[key]"),
      ],
    },
    {
      name: "a key of a volume that is not known and may be another's, as undetermined",
      resources: [config, mounts("desk", notYet), mounts("triage", notYet)],
      findings: [
        possible("desk", "triage", { at: "acme/desk: spec.volumes[0].secret" }),
        possible("triage", "desk", { at: "acme/triage: spec.volumes[0].secret" }),
      ],
    },
    {
      name: "a key that is not known, of a Secret of the stack whose name its resource tells",
      resources: [
        config,
        made,
        given("desk", notYet, outputOf(made.urn)),
        given("triage", "other", outputOf(made.urn)),
      ],
      findings: pair(variable, "other"),
    },
    {
      name: "keys of a volume that are not known and may be another's, as undetermined",
      resources: [config, partly("desk", notYet, null), given("triage", "key")],
      findings: pair("spec.volumes[0].secret"),
    },
    {
      name: "a part of a volume that is not known and may be another's, as undetermined",
      resources: [config, partly("desk", null, notYet), given("triage", "key")],
      findings: pair("spec.volumes[0].secret"),
    },
    ...[
      { of: "a remote server of tools", by: remote, at: "spec.headersFrom[0].valueFrom" },
      { of: "a server of tools of ToolHive", by: tools, at: "spec.secrets[0]" },
      {
        of: "a proxy of ToolHive",
        by: proxy,
        at: "spec.headerForward.addHeadersFromSecret[0].valueSecretRef",
      },
      { of: "a source of events", by: operated, at: "spec.accessToken.secretKeyRef" },
      { of: "a release of a chart", by: release, at: "values.crm.existingSecret" },
    ].map(({ of, by, at }) => ({
      name: `a key of ${of} that is not known and may be another's, as undetermined`,
      resources: [config, by(notYet), given("triage", "key")],
      findings: pair(at).toReversed(),
    })),
    {
      name: "a key of a configuration of models that is not known, as undetermined",
      resources: [config, models(notYet), agent("desk"), given("triage", "key")],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/models",
          holder: "acme/desk",
          at: "acme/desk: spec.declarative.modelConfig",
          message: "Secret `acme/models` is shared by several workloads",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "a key of a configuration of models that is not known, of two agents",
      resources: [config, models(notYet), agent("desk"), agent("triage")],
      findings: [modelsOf("desk", "triage"), modelsOf("triage", "desk")],
    },
    {
      name: "a key that is not known, of a Secret that another holds as a whole",
      resources: [config, given("desk", notYet), whole("triage")],
      findings: [
        certain("desk", "triage"),
        certain("triage", "desk", "spec.containers[0].envFrom[0].secretRef"),
      ],
    },
    {
      name: "a key of a store by a Secret of which the name is not known, as undetermined",
      resources: [
        config,
        external("crm", notYet),
        external("other", "other"),
        given("desk", "key"),
        given("triage", "key", "other"),
      ],
      findings: [wereIt("acme/crm", "spec.target.name")],
    },
    {
      name: "a key of a store by a Secret of which nothing is known, as undetermined",
      resources: [
        config,
        externalTo("crm", notYet),
        external("other", "other"),
        given("desk", "key"),
        given("triage", "key", "other"),
      ],
      findings: [wereIt("acme/crm", "spec.target")],
    },
    {
      name: "a key of a store by a Secret of each namespace of which nothing is known, as undetermined",
      resources: [
        config,
        everywhere("crm", notYet),
        external("other", "other"),
        given("desk", "key"),
        given("triage", "key", "other"),
      ],
      findings: [wereIt("crm", "spec.externalSecretSpec.target")],
    },
    {
      name: "a key of a store by a Secret that is called as what makes it",
      resources: [
        externalTo("crm", { creationPolicy: "Owner" }),
        external("other", "other"),
        given("desk", "key"),
        given("triage", "key", "other"),
      ],
      findings: [oneValue("desk", "crm", "triage"), oneValue("triage", "other", "desk")],
    },
  ],
});
