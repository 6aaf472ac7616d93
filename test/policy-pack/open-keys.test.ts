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

/** A pod that is given one key of a Secret. */
function given(name: string, key: Value, secret: Value = "crm"): Resource {
  const valueFrom = { secretKeyRef: { name: secret, key } };
  return pod(name, { containers: [{ name: "main", env: [{ name: "KEY", valueFrom }] }] });
}

/** A pod that mounts one key of a Secret. */
function mounts(name: string, key: Value): Resource {
  const secret = { secretName: "crm", items: [{ key, path: "crm" }] };
  return pod(name, { containers: [{ name: "main" }], volumes: [{ name: "crm", secret }] });
}

/** A pod that is given all of a Secret. */
function whole(name: string): Resource {
  const envFrom = [{ secretRef: { name: "crm" } }];
  return pod(name, { containers: [{ name: "main", envFrom }] });
}

/** What makes a Secret of a name with one key of the store. */
function external(name: string, target: Value): Resource {
  return resource("kubernetes:external-secrets.io/v1:ExternalSecret", `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec: {
      secretStoreRef: { name: "vault" },
      target: { name: target },
      data: [{ secretKey: "key", remoteRef: { key: "crm" } }],
    },
  });
}

function perhaps(holder: string, other: string, more: Partial<Expected> = {}): Expected {
  return {
    verdict: "undetermined",
    grade: "critical",
    about: "acme/crm",
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${variable}`,
    message: `undetermined: \`acme/${holder}\` holds \`acme/crm\`, perhaps the same key of it as \`acme/${other}\`: which keys they are given is not known yet`,
    related: [`acme/${other}: may hold the same key`],
    waitsFor: ["config"],
    ...more,
  };
}

function certain(holder: string, other: string, at = variable): Expected {
  return {
    grade: "critical",
    about: "acme/crm",
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${at}`,
    message: `\`acme/${holder}\` holds \`acme/crm\`, and so does \`acme/${other}\``,
    related: [`acme/${other}: also holds this secret`],
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
      findings: [
        perhaps("desk", "triage"),
        perhaps("triage", "desk", {
          message:
            "undetermined: `acme/triage` holds `acme/crm[key]`, perhaps the same key of it as `acme/desk`: which keys they are given is not known yet",
        }),
      ],
    },
    {
      name: "a key of a volume that is not known and may be another's, as undetermined",
      resources: [config, mounts("desk", notYet), mounts("triage", notYet)],
      findings: [
        perhaps("desk", "triage", { at: "acme/desk: spec.volumes[0].secret" }),
        perhaps("triage", "desk", { at: "acme/triage: spec.volumes[0].secret" }),
      ],
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
      findings: [
        {
          verdict: "undetermined",
          grade: "critical",
          about: "acme/crm",
          holder: "acme/desk",
          at: "acme/crm: spec.target.name",
          message:
            "undetermined: `spec.target.name` of `acme/crm` is not known; were it `crm`: `acme/desk` holds `acme/crm[key]`, whose value it shares with `acme/triage`",
          related: ["acme/triage: also holds this value"],
          waitsFor: ["config"],
        },
      ],
    },
  ],
});
