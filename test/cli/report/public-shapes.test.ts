import { Folder, type Files } from "../support/folder";
import { runCli } from "../support/run-cli";
import { matchGolden } from "./golden";

const pod = (labels: string, spec: string): string =>
  `spec: { selector: { matchLabels: { ${labels} } }, template: { metadata: { labels: { ${labels} } }, spec: { ${spec} } } }`;
const reading = (name: string, secret: string, key: string): string =>
  `{ name: ${name}, valueFrom: { secretKeyRef: { name: ${secret}, key: ${key} } } }`;

/** Programs and manifests of the forms that public examples have: what a reviewer reads of each is kept here. */
const shapes: Readonly<Record<string, Files>> = {
  // As the voting applications of pulumi/examples: one password of the configuration in two Deployments.
  "voting-app": {
    "Pulumi.yaml": "name: votes\nruntime: nodejs\n",
    "Pulumi.dev.yaml": `config:\n  votes:databasePassword: { secure: "v1:abcdefgh:ijklmnop" }\n`,
    "index.js": `const k8s = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const password = new pulumi.Config().requireSecret("databasePassword");
for (const name of ["database", "server"]) {
  const labels = { app: name };
  const containers = [{ name, image: name, env: [{ name: "DATABASE_PASSWORD", value: password }] }];
  new k8s.apps.v1.Deployment(name, {
    metadata: { name, namespace: "votes" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
}
`,
  },
  // As wordpress in kubernetes/examples: a database and its client read one password, which the database checks.
  "database-and-client": {
    "all.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: blog, namespace: site }
${pod("app: blog", `containers: [{ name: blog, image: wordpress, env: [{ name: WORDPRESS_DB_HOST, value: blog-mysql }, ${reading("WORDPRESS_DB_PASSWORD", "mysql-pass", "password")}] }]`)}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: blog-mysql, namespace: site }
${pod("app: mysql", `containers: [{ name: mysql, image: mysql, env: [${reading("MYSQL_ROOT_PASSWORD", "mysql-pass", "password")}] }]`)}
---
apiVersion: v1
kind: Service
metadata: { name: blog-mysql, namespace: site }
spec: { selector: { app: mysql }, ports: [{ port: 3306 }] }
`,
  },
  // As agents in sandboxes: several with one key of a model's provider, in namespaces of two tenants.
  "agents-with-one-key": {
    "all.yaml": ["acme", "globex"]
      .map(
        (tenant) => `apiVersion: v1
kind: Namespace
metadata: { name: ${tenant}, labels: { agentid.dev/tenant: ${tenant} } }
---
apiVersion: v1
kind: Secret
metadata: { name: model, namespace: ${tenant} }
stringData: { MODEL_API_KEY: Zq7xK2vM9pLw4RtB }
---
${["research", "triage"]
  .map(
    (agent) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${agent}, namespace: ${tenant} }
${pod(`app: ${agent}`, `serviceAccountName: ${agent}, automountServiceAccountToken: false, containers: [{ name: agent, image: agent, envFrom: [{ secretRef: { name: model } }] }]`)}
`,
  )
  .join("---\n")}`,
      )
      .join("---\n"),
  },
};

describe("what a reviewer reads of forms that public examples have", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const [name, files] of Object.entries(shapes)) {
    for (const [format, extension] of [
      ["text", "txt"],
      ["markdown", "md"],
    ] as const) {
      it(`${name}: ${format}`, async () => {
        const { "index.js": script, ...others } = files;
        if (script === undefined) folder.write(others);
        else folder.program(script, others);
        const { out } = await runCli(["check", ".", "--report", format], folder.path);
        matchGolden(`${name}.golden.${extension}`, out.replaceAll(/agentid-\w{6}/g, "examples"));
      });
    }
  }
});
