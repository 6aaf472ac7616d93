import type { Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import { imageName } from "../../../../policy-pack/read/resource/servers";
import rule from "../../../../policy-pack/rules/no-shared-secret";
import assert from "node:assert/strict";
import { outputOf, resource } from "../../../support/resources";
import { ruleTester, type RuleCases } from "../../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const key = { secretKeyRef: { name: "prod", key: "password" } };
const config = resource("t:index:Config", "config", {});

function of(name: string): Value {
  return { name, valueFrom: key };
}

function workload(kind: string, name: string, spec: Value): Resource {
  return resource(`kubernetes:${kind}`, `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec: { template: { spec } },
  });
}

function deployment(name: string, spec: Value): Resource {
  return workload("apps/v1:Deployment", name, spec);
}

/** One container of an image with the password under a name. */
function only(image: Value, setting: string): Value {
  return { containers: [{ name: "main", image, env: [of(setting)] }] };
}

const api = deployment("api", only("acme/api", "KEY"));

/** That the API and another workload use one key. */
function both(at = "containers[0].env[0]"): readonly Expected[] {
  const found = (holder: string, other: string, place: string): Expected => ({
    severity: "critical",
    about: "acme/prod",
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.template.spec.${place}.valueFrom.secretKeyRef`,
    message: "Secret `acme/prod[password]` is shared by 2 workloads",
    related: [`acme/${other}: uses this secret too`],
  });
  return [found("api", "db", "containers[0].env[0]"), found("db", "api", at)];
}

function literally(name: string, image: string): Resource {
  const env = [{ name: "MYSQL_PASSWORD", value: "vR8kq2Xw-nT41zLp" }];
  return deployment(name, { containers: [{ name: "main", image, env }] });
}

function alike(holder: string, other: string): Expected {
  return {
    severity: "critical",
    about: `acme/${holder}: spec.template.spec.containers[0].env[0].value`,
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.template.spec.containers[0].env[0].value`,
    message: "A literal credential is shared by 2 workloads",
    related: [`acme/${other}: receives the same credential`],
  };
}

/** A pod of Postgres that reads its password from a mounted file. */
function fromFile(path: string, mount: Record<string, Value>): Resource {
  return deployment("db", {
    containers: [
      {
        name: "main",
        image: "postgres:17",
        env: [{ name: "POSTGRES_PASSWORD_FILE", value: path }],
        volumeMounts: [{ name: "own", ...mount }],
      },
    ],
    volumes: [{ name: "own", secret: { secretName: "prod" } }],
  });
}

ruleTester(rule, {
  accepts: [
    ...[
      ["postgres:16", "POSTGRES_PASSWORD"],
      ["registry.acme.com:5000/mirror/mysql@sha256:00", "MYSQL_ROOT_PASSWORD"],
      ["postgres:16", "POSTGRES_DESK_PASSWORD"],
    ].map(([image = "", setting = ""]) => ({
      name: `the server in ${image} with its own password as ${setting}`,
      resources: [deployment("db", only(image, setting)), api],
    })),
    {
      name: "a literal that is the own password of one server",
      resources: [literally("db", "mysql:8"), literally("desk", "acme/desk")],
    },
    {
      name: "a container that starts before a server, with the server's own password",
      resources: [
        deployment("db", {
          initContainers: [{ name: "restore", image: "acme/restore", env: [of("PASSWORD")] }],
          containers: [{ name: "main", image: "mysql:8", env: [of("MYSQL_PASSWORD")] }],
        }),
        api,
      ],
    },
    ...[
      fromFile("/own/password", { mountPath: "/own" }),
      fromFile("/own/password", { mountPath: "/own/" }),
      fromFile("/own/password", { mountPath: "/own/password", subPath: "password" }),
    ].map((db, index) => ({
      name: `a server that reads its own password from a mounted file (${index})`,
      resources: [db, api],
    })),
  ],
  rejects: [
    ...[
      ["acme/mysql-of-ours", "MYSQL_ROOT_PASSWORD"],
      ["mysql:8", "PASSWORD"],
      ["redis:8", "MYSQL_ROOT_PASSWORD"],
    ].map(([image = "", setting = ""]) => ({
      name: `the image ${image} with a password as ${setting}`,
      resources: [deployment("db", only(image, setting)), api],
      findings: both(),
    })),
    {
      name: "an image that is not known, with the setting of a server",
      resources: [config, deployment("db", only(outputOf(config.urn), "MYSQL_PASSWORD")), api],
      findings: both(),
    },
    {
      name: "a Job in the image of a server, with its setting",
      resources: [workload("batch/v1:Job", "db", only("mysql:8", "MYSQL_PASSWORD")), api],
      findings: both(),
    },
    {
      name: "a container that starts before a server, with a password that the server does not receive",
      resources: [
        deployment("db", {
          initContainers: [{ name: "restore", image: "acme/restore", env: [of("MYSQL_PASSWORD")] }],
          containers: [{ name: "main", image: "mysql:8" }],
        }),
        api,
      ],
      findings: both("initContainers[0].env[0]"),
    },
    {
      name: "a literal that two clients receive as a server receives its own password",
      resources: [literally("a", "acme/a"), literally("b", "acme/b")],
      findings: [alike("a", "b"), alike("b", "a")],
    },
    {
      name: "a server that reads its own password from another file than the one that is shared",
      resources: [fromFile("/own/other", { mountPath: "/own/password", subPath: "password" }), api],
      findings: both().map((each) => ({
        ...each,
        at: each.at.replace("containers[0].env[0].valueFrom.secretKeyRef", (found) =>
          each.holder === "acme/db" ? "volumes[0].secret" : found,
        ),
      })),
    },
  ],
});

describe("the name of an image", () => {
  for (const [image, name] of [
    ["postgres", "postgres"],
    ["registry.acme.com:5000/mirror/postgres:17", "postgres"],
    ["postgres@sha256:00", "postgres"],
    ["", ""],
  ] as const) {
    it(`is \`${name}\` of \`${image}\``, () => assert.equal(imageName(image), name));
  }
});
