import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import rule from "../../policy-pack/rules/no-shared-secret";
import { resource } from "../support/resources";
import { ruleTester, type RuleCases } from "../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

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
function told(...variables: readonly Value[]): Resource {
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
    grade: "critical",
    about: "acme/prod",
    holder: `acme/${holder}`,
    at: `acme/${holder}: spec.template.spec.${at}.valueFrom.secretKeyRef`,
    message: `\`acme/${holder}\` holds \`acme/prod[password]\`, and so does \`acme/${other}\``,
    related: [`acme/${other}: also holds this secret`],
  });
  return [
    found("api", "db", "containers[0].env[0]"),
    found("db", "api", `initContainers[0].env[${variable}]`),
  ];
}

ruleTester(rule, {
  accepts: [
    {
      name: "what gets a server ready with the password that it checks",
      resources: [told(), api],
    },
    ...["localhost", "127.0.0.1:3306", "db-0.mysql-members", "db-headless", "mysql-members"].map(
      (place) => ({
        name: `what gets a server ready, and is told its own place: ${place}`,
        resources: [told(of("MYSQL_HOST", place)), api],
      }),
    ),
    ...["$(POD_NAME).other", "$(NAME).mysql-members.acme.svc"].map((place) => ({
      name: `what gets a server ready, and is told its pod: ${place}`,
      resources: [told(of("MYSQL_HOST", place)), api],
    })),
    {
      name: "what gets a server ready, and is told the address of its pod",
      resources: [
        told({ name: "MYSQL_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }),
        api,
      ],
    },
    {
      name: "what gets a server ready, and is told by URL where it is itself, and of a site",
      resources: [
        told(of("OWN_URL", "mysql://app@127.0.0.1/desk"), of("DOCS_URL", "https://example.com")),
        api,
      ],
    },
    {
      name: "what gets a server ready, and asks another with a password of that one's",
      resources: [
        told(of("SHOP_DB_HOST", "shop.example.com"), {
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
      resources: [told(variable), api],
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
  ],
});
