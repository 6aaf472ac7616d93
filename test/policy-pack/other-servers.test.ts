import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import rule from "../../policy-pack/rules/no-shared-secret";
import { outputOf, resource } from "../support/resources";
import { ruleTester, type RuleCases } from "../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const config = resource("t:index:Config", "config", {});
const notYet = outputOf(config.urn);

const key = { secretKeyRef: { name: "prod", key: "password" } };
const password = { name: "MYSQL_PASSWORD", valueFrom: key };

/** A server of MySQL, before which something starts that is given its setting. */
function server(first: ValueRecord, main: ValueRecord = {}, image = "mysql:8"): Resource {
  return resource("kubernetes:apps/v1:StatefulSet", "acme/db", {
    metadata: { name: "db", namespace: "acme" },
    spec: {
      serviceName: "mysql-members",
      template: {
        spec: {
          initContainers: [{ name: "restore", image: "acme/restore", ...first }],
          containers: [{ name: "main", image, ...main }],
        },
      },
    },
  });
}

/** The same, where what starts before has further variables. */
function reported(...variables: readonly Value[]): Resource {
  return server({ env: [...variables, password] });
}

function of(name: string, value: string): Value {
  return { name, value };
}

const api = resource("kubernetes:apps/v1:Deployment", "acme/api", {
  metadata: { name: "api", namespace: "acme" },
  spec: {
    template: { spec: { containers: [{ name: "main", env: [{ name: "KEY", valueFrom: key }] }] } },
  },
});

/** That both hold the key, the server by a variable of what starts before it. */
function both(variable: number): readonly Expected[] {
  const found = (holder: string, other: string, at: string): Expected => ({
    severity: "critical",
    about: "acme/prod",
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.template.spec.${at}.valueFrom.secretKeyRef`,
    message: "Secret `acme/prod[password]` is shared by 2 workloads",
    related: [`acme/${other}: uses this secret too`],
  });
  return [
    found("api", "db", "containers[0].env[0]"),
    found("db", "api", `initContainers[0].env[${variable}]`),
  ];
}

/** What starts before the api, of a server's image, and is told where a server is. */
function client(host: Value, image = "mysql:8", main: ValueRecord = {}): Resource {
  const env = [{ name: "MYSQL_HOST", value: host }, password];
  return resource("kubernetes:apps/v1:Deployment", "acme/db", {
    metadata: { name: "db", namespace: "acme" },
    spec: {
      template: {
        spec: {
          initContainers: [{ name: "load", image, env }],
          containers: [{ name: "main", image: "acme/desk", ...main }],
        },
      },
    },
  });
}

/** What does its work and ends, of a server's image. */
function job(name: string, container: ValueRecord): Resource {
  return resource("kubernetes:batch/v1:Job", `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec: { template: { spec: { containers: [{ name: "main", ...container }] } } },
  });
}

/** What does its work with a literal. */
function literally(name: string, image: string, ...more: readonly Value[]): Resource {
  return job(name, { image, env: [...more, of("MYSQL_PASSWORD", "vR8kq2Xw-nT41zLp")] });
}

/** That what does its work with a literal is given it as another is. */
function alike(holder: string, other: string, variable: number): Expected {
  return {
    severity: "critical",
    about: `acme/${holder}: spec.template.spec.containers[0].env[${variable}].value`,
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.template.spec.containers[0].env[${variable}].value`,
    message: "A literal credential is shared by 2 workloads",
    related: [`acme/${other}: receives the same credential`],
  };
}

/** That it is not known whether what starts before the server asks another with its password. */
function possible(variable: number): readonly Expected[] {
  return [
    {
      verdict: "undetermined",
      severity: "critical",
      about: "acme/prod",
      holder: "acme/db",
      at: `acme/db: spec.template.spec.initContainers[0].env[${variable}].valueFrom.secretKeyRef`,
      message: "Secret `acme/prod[password]` is shared by 2 workloads",
      related: ["acme/api: may use the same secret"],
      dependsOn: ["config"],
    },
  ];
}

ruleTester(rule, {
  accepts: [
    {
      name: "a client of a server's image that nobody tells where the server is",
      resources: [job("db", { image: "mysql:8", env: [password] }), api],
    },
    {
      name: "a literal of what a server's image checks itself",
      resources: [literally("load", "mysql:8"), literally("desk", "acme/desk")],
    },
    {
      name: "what starts before a server of its image, and is told its own place",
      resources: [client("localhost", "mysql:8", { image: "mysql:8" }), api],
    },
    {
      name: "a server beside what ends, and the place of the program's own data",
      resources: [
        job("db", {
          image: "quay.io/keycloak/keycloak",
          env: [
            of("KC_DB_URL_HOST", "prod.example.com"),
            { name: "KEYCLOAK_ADMIN_PASSWORD", valueFrom: key },
          ],
        }),
        api,
      ],
    },
    {
      name: "what gets a server ready and is told a place that is not known, of a server with a password of its own",
      resources: [
        config,
        reported(
          { name: "SHOP_DB_HOST", value: notYet },
          {
            name: "SHOP_DB_PASSWORD",
            valueFrom: { secretKeyRef: { name: "shop", key: "password" } },
          },
        ),
        api,
      ],
    },
    {
      name: "what gets a server ready by a name of which only the end is not known, and whose pod is",
      resources: [
        config,
        server({
          env: [{ name: "MYSQL_HOST", value: "db-0.mysql-members" }, password],
          command: ["load", notYet],
        }),
        api,
      ],
    },
    {
      name: "what gets a server ready with the password that it checks",
      resources: [reported(), api],
    },
    ...["localhost", "127.0.0.1:3306", "db-0.mysql-members", "db-headless", "mysql-members"].map(
      (place) => ({
        name: `what gets a server ready, and is told its own place: ${place}`,
        resources: [reported(of("MYSQL_HOST", place)), api],
      }),
    ),
    ...["$(POD_NAME).other", "$(NAME).mysql-members.acme.svc"].map((place) => ({
      name: `what gets a server ready, and is told its pod: ${place}`,
      resources: [reported(of("MYSQL_HOST", place)), api],
    })),
    {
      name: "what gets a server ready, and is told the address of its pod",
      resources: [
        reported({ name: "MYSQL_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }),
        api,
      ],
    },
    {
      name: "what gets a server ready, and is told by URL where it is itself, and of a site",
      resources: [
        reported(
          of("OWN_URL", "mysql://app@127.0.0.1/desk"),
          of("DOCS_URL", "https://example.com"),
        ),
        api,
      ],
    },
    {
      name: "what gets a server ready, and asks another with a password of that one's",
      resources: [
        reported(of("SHOP_DB_HOST", "shop.example.com"), {
          name: "SHOP_DB_PASSWORD",
          valueFrom: { secretKeyRef: { name: "shop", key: "password" } },
        }),
        api,
      ],
    },
    {
      name: "what starts before a server and asks another with the password that the server checks itself",
      resources: [
        server({ env: [of("MYSQL_HOST", "prod.example.com"), password] }, { env: [password] }),
        api,
      ],
    },
  ],
  rejects: [
    ...[
      of("MYSQL_HOST", "prod.example.com"),
      of("DB_HOST", "db-prod.example.com"),
      of("MYSQL_HOST", "$(PLACE)"),
      of("SOURCE_URL", "mysql://app@prod.example.com/desk"),
      { name: "MYSQL_HOST", valueFrom: { configMapKeyRef: { name: "places", key: "host" } } },
    ].map((variable) => ({
      name: `what starts before a server and is told the place of another: ${JSON.stringify(variable)}`,
      resources: [reported(variable), api],
      findings: both(1),
    })),
    {
      name: "what starts before a server and asks another by its command line",
      resources: [
        server({
          command: ["sh", "-c", "mysqldump -h prod.example.com -p$MYSQL_PASSWORD > /dump"],
          env: [password],
        }),
        api,
      ],
      findings: both(0),
    },
    {
      name: "what starts before a program, of the image of the server that it asks",
      resources: [client("prod.example.com"), api],
      findings: both(1),
    },
    ...[
      { name: "MYSQL_HOST", value: notYet },
      { name: notYet, value: "prod.example.com" },
      { name: "SOURCE_URL", value: notYet },
    ].map((variable, index) => ({
      name: `what starts before a server and is told a place that is not known, as undetermined: ${index}`,
      resources: [config, reported(variable), api],
      findings: possible(1),
    })),
    {
      name: "what starts before a server and is told a place that stands it is not known where, as undetermined",
      resources: [config, reported({ name: "MYSQL_HOST", valueFrom: notYet }), api],
      findings: [
        ...possible(1),
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/db",
          holder: "acme/db",
          at: "acme/db: spec.template.spec.initContainers[0].env[0].valueFrom.configMapKeyRef",
          message: "`acme/db` shares a secret with another workload",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "what starts before a server with all keys of its Secret and is told a place that is not known, as undetermined",
      resources: [
        config,
        server({
          image: "mysql:8",
          env: [{ name: "MYSQL_HOST", value: notYet }],
          envFrom: [{ secretRef: { name: "prod" } }],
        }),
        resource("kubernetes:core/v1:Secret", "acme/prod", {
          metadata: { name: "prod", namespace: "acme" },
          stringData: { MYSQL_PASSWORD: notYet },
        }),
        resource("kubernetes:core/v1:Pod", "acme/api", {
          metadata: { name: "api", namespace: "acme" },
          spec: { containers: [{ name: "main", envFrom: [{ secretRef: { name: "prod" } }] }] },
        }),
      ],
      findings: possible(0).map((each) => ({
        ...each,
        at: "acme/db: spec.template.spec.initContainers[0].envFrom[0].secretRef",
        message: each.message.replace("[password]", ""),
      })),
    },
    {
      name: "a client of a server's image that has a literal of it",
      resources: [
        literally("load", "mysql:8", of("MYSQL_HOST", "prod.example.com")),
        literally("desk", "acme/desk"),
      ],
      findings: [alike("desk", "load", 0), alike("load", "desk", 1)],
    },
    {
      name: "what starts before a program, of a server's image and told a place that is not known, as undetermined",
      resources: [config, client(notYet), api],
      findings: possible(1),
    },
    ...[["mysqldump", "-h", notYet], ["sh", "-c", notYet], notYet].map((command, index) => ({
      name: `what starts before a server by a command line that is not known, as undetermined: ${index}`,
      resources: [config, server({ command, env: [password] }), api],
      findings: possible(0),
    })),
    {
      name: "what starts before a server whose own place is not known, as undetermined",
      resources: [
        config,
        resource("kubernetes:apps/v1:StatefulSet", "acme/db", {
          metadata: { name: "db", namespace: "acme" },
          spec: {
            serviceName: notYet,
            template: {
              spec: {
                initContainers: [
                  {
                    name: "restore",
                    image: "acme/restore",
                    env: [of("MYSQL_HOST", "members"), password],
                  },
                ],
                containers: [{ name: "main", image: "mysql:8" }],
              },
            },
          },
        }),
        api,
      ],
      findings: possible(1),
    },
    {
      name: "a Job of a server's image that asks another by libpq's own variable",
      resources: [
        job("db", {
          image: "postgres:16",
          env: [of("PGHOST", "prod.example.com"), { name: "POSTGRES_PASSWORD", valueFrom: key }],
        }),
        api,
      ],
      findings: both(1).map((each) => ({
        ...each,
        at: each.at.replace("initContainers", "containers"),
      })),
    },
  ],
});
