import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { LeftOutText, PartialText, Secret, Unknown, type Value } from "../../core/snapshot/value";
import { configuredSecret } from "../../engine/program/configured-secret";
import type { Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { readReferences } from "../../engine/yaml-program/references";
import { fullToken, kindOf, kubernetesKind } from "../../engine/yaml-program/tokens";
import { reasonOf, resourceOf, withFolder } from "./support/programs";
import { HEAD, previewed } from "./support/yaml";

/** The one property of a resource in which a test puts an expression. */
function worth(expression: string, use: (value: Value, snapshot: Snapshot) => void): Promise<void> {
  return previewed(
    `variables: { list: [a, b], map: { k: { n: 3 } } }\nresources:\n  role: { type: aws:iam:Role, properties: { name: known } }\n  tagged: { type: aws:iam:User, properties: { names: [a], tags: { a: A } } }\n  held:\n    type: random:RandomPet\n    properties:\n      it: ${expression}\n`,
    (snapshot) =>
      use(resourceOf(snapshot, "random:index/randomPet:RandomPet", "held").inputs["it"]!, snapshot),
    {},
    { "text.txt": "from a file" },
  );
}

const ROLE = "urn:pulumi:dev::desk::aws:iam/role:Role::role";
const TAGGED = "urn:pulumi:dev::desk::aws:iam/user:User::tagged";

function outputOf(urn: string, output: string): Unknown {
  return new Unknown([urn], false, output);
}

const remedy =
  "; to judge it, check with --engine pulumi, or check the `pulumi stack export` of a deployed stack";

describe("a program in YAML", () => {
  it("is declared in the order of its references, with types in full, dependencies and positions", () =>
    previewed(
      [
        "resources:",
        "  attached:",
        "    type: aws:iam:RolePolicyAttachment",
        "    properties: { role: '${role.name}', policyArn: '${policy}' }",
        "  policy: { type: aws:iam:Policy, properties: { policy: { fn::toJSON: { Statement: [] } } } }",
        "  role: { type: 'aws:iam/role:Role' }",
        "outputs: { arn: '${role.arn}' }",
        "",
      ].join("\n"),
      ({ project, stack, resources, notes }) => {
        assert.deepEqual([project, stack, notes], ["desk", "dev", []]);
        const root = "urn:pulumi:dev::desk::pulumi:pulumi:Stack::desk-dev";
        const provider = "urn:pulumi:dev::desk::pulumi:providers:aws::default";
        const policy = "urn:pulumi:dev::desk::aws:iam/policy:Policy::policy";
        assert.deepEqual(
          resources.map(({ name }) => name),
          ["desk-dev", "default", "role", "policy", "attached"],
        );
        assert.deepEqual(resources[0]?.outputs, { arn: outputOf(ROLE, "arn") });
        assert.deepEqual(resources[3]?.inputs, { policy: '{"Statement":[]}' });
        const [role, policyArn] = [outputOf(ROLE, "name"), outputOf(policy, "id")];
        assert.deepEqual(resources[4], {
          urn: "urn:pulumi:dev::desk::aws:iam/rolePolicyAttachment:RolePolicyAttachment::attached",
          type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          name: "attached",
          custom: true,
          parent: root,
          provider,
          inputs: { role, policyArn },
          outputs: { role, policyArn },
          dependencies: [ROLE, policy],
          propertyDependencies: { role: [ROLE], policyArn: [policy] },
          source: { file: "Pulumi.yaml", line: 4, column: 3 },
        });
      },
    ));

  const expressions: readonly (readonly [string, Value])[] = [
    ["${role.name}", "known"],
    ["'a ${role.name}!'", "a known!"],
    ["${role.arn}", outputOf(ROLE, "arn")],
    ["'${role.arn}/*'", new PartialText([outputOf(ROLE, "arn"), "/*"])],
    ["${role}", outputOf(ROLE, "id")],
    ["${role.urn}", ROLE],
    ["'$${role.name}'", "${role.name}"],
    ["'a$$b$c'", "a$b$c"],
    ["{ '${role.name}:sub': { '${list[0]}': x } }", { "known:sub": { a: "x" } }],
    [
      "{ fn::toJSON: { a: '${role.arn}' } }",
      new PartialText(['{"a":"', outputOf(ROLE, "arn"), '"}']),
    ],
    ["{ fn::toJSON: { '${role.arn}': x } }", new Unknown([ROLE])],
    ["{ '${role.arn}': x }", new Unknown([ROLE])],
    ["${role.name2}", outputOf(ROLE, "name2")],
    ["${tagged.tags.b}", outputOf(TAGGED, "tags.b")],
    ["${tagged.tags.a}", "A"],
    ["${tagged.names[1]}", outputOf(TAGGED, "names.1")],
    ["'${list[1]}${map.k.n}'", "b3"],
    ["'${map[\"k\"]}'", { n: 3 }],
    ["${pulumi.stack}", "dev"],
    ["[1, true, null, ~]", [1, true, null, null]],
    ["[0644, -0o17, 0x1F, 1_000, 089, 1.5e3, '0644']", [420, -15, 31, 1000, 89, 1500, "0644"]],
    ["[2012-10-17, yes, 10.0.0.1, 1_a, ._1]", ["2012-10-17", "yes", "10.0.0.1", "1_a", "._1"]],
    ["'${map.none}/x'", "<nil>/x"],
    [
      "{ fn::toJSON: { b: 1, a: ['<&>', { d: 2, c: null }] } }",
      '{"a":["\\u003c\\u0026\\u003e",{"c":null,"d":2}],"b":1}',
    ],
    ["${desk:list[0]}", "a"],
    ["{ fn::toJSON: { a: ['${role.name}'] } }", '{"a":["known"]}'],
    ["{ fn::toJSON: { a: '${role.arn}', b: { fn::secret: c } } }", new Unknown([ROLE], true)],
    ["{ fn::join: ['-', [a, '${role.name}']] }", "a-known"],
    ["{ fn::split: ['-', a-b] }", ["a", "b"]],
    ["{ fn::select: [1, ['${role.arn}', b]] }", "b"],
    ["{ fn::toBase64: a }", "YQ=="],
    ["{ fn::fromBase64: YQ== }", "a"],
    ["{ fn::readFile: ./text.txt }", "from a file"],
    ["{ fn::secret: '${role.name}' }", new Secret("known")],
    ["{ fn::unsecret: { fn::secret: a } }", "a"],
    ["{ fn::fileArchive: ./app }", { path: "./app" }],
  ];
  for (const [expression, value] of expressions) {
    it(`takes \`${expression}\` for what it is`, () =>
      worth(expression, (found) => assert.deepEqual(found, value)));
  }

  it("calls functions: what can be computed is, all else is unknown and reported once", () =>
    previewed(
      [
        "variables:",
        "  trust:",
        "    fn::invoke:",
        "      function: aws:iam:getPolicyDocument",
        "      arguments: { statements: [{ actions: ['sts:AssumeRole'], principals: [{ type: AWS, identifiers: ['*'] }] }] }",
        "      return: json",
        "  account: { fn::aws:getCallerIdentity: {} }",
        "resources:",
        "  role: { type: aws:iam:Role, properties: { assumeRolePolicy: '${trust}', path: '/${account.accountId}/' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const { inputs } = resourceOf(snapshot, "aws:iam/role:Role", "role");
        assert.match(inputs["assumeRolePolicy"] as string, /"AWS": ?"\*"/);
        assert.deepEqual(inputs["path"], new PartialText(["/", new Unknown(), "/"]));
        assert.deepEqual(
          snapshot.notes.map(({ kind, message }) => `${kind}: ${message.slice(0, 43)}`),
          ["unanswered-function: `aws:index/getCallerIdentity:getCallerIdent"],
        );
      },
    ));

  it("has its configuration: of the declared type, by the user's value, without it where it is secret", () =>
    previewed(
      [
        "config:",
        "  count: { type: integer, default: 2 }",
        "  names: { type: array, items: { type: string }, default: [a] }",
        "  word: plain",
        "  key: { type: string, secret: true }",
        "resources:",
        "  held: { type: random:RandomPet, properties: { count: '${count}', names: '${names}', word: '${word}', key: 'k ${key}' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const { inputs } = resourceOf(snapshot, "random:index/randomPet:RandomPet", "held");
        const { key = null, ...rest } = inputs;
        assert.deepEqual(rest, { count: 3, names: ["a"], word: "plain" });
        assert.ok(key instanceof LeftOutText);
        assert.deepEqual(key.parts, ["k ", configuredSecret("desk:key")]);
      },
      { config: { count: "3", "desk:key": "hidden" } },
    ));

  it("declares Kubernetes objects by their kind, and gives them the names that the provider would", () =>
    previewed(
      [
        "resources:",
        "  cluster: { type: pulumi:providers:kubernetes, defaultProvider: true, properties: { context: a } }",
        "  ns: { type: kubernetes:core/v1:Namespace }",
        "  app: { type: kubernetes:apps/v1:Deployment, properties: { metadata: { namespace: '${ns.metadata.name}' } } }",
        "  es: { type: kubernetes:apiextensions.k8s.io:CustomResource, properties: { apiVersion: a.io/v1, kind: Thing, metadata: { name: t } } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const app = resourceOf(snapshot, "kubernetes:apps/v1:Deployment", "app");
        const { apiVersion, kind, metadata } = app.inputs;
        assert.deepEqual([apiVersion, kind], ["apps/v1", "Deployment"]);
        assert.match((metadata as { namespace: string }).namespace, /^ns-[0-9a-f]{8}$/);
        assert.equal(app.provider, "urn:pulumi:dev::desk::pulumi:providers:kubernetes::cluster");
        resourceOf(snapshot, "kubernetes:a.io/v1:Thing", "es");
        assert.equal(
          snapshot.resources.filter(({ type }) => type === "pulumi:providers:kubernetes").length,
          1,
        );
      },
    ));

  it("has options: a parent, a provider, dependencies; and reads what is managed in another place", () =>
    previewed(
      [
        "resources:",
        "  west: { type: pulumi:providers:aws, properties: { region: us-west-2 } }",
        "  role: { type: aws:iam:Role, options: { provider: '${west}' } }",
        "  child: { type: aws:iam:Policy, options: { parent: '${role}', dependsOn: ['${read}'] } }",
        "  read: { type: aws:iam:Role, get: { id: other } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const west = "urn:pulumi:dev::desk::pulumi:providers:aws::west";
        const child = resourceOf(snapshot, "aws:iam/policy:Policy", "child");
        const read = "urn:pulumi:dev::desk::aws:iam/role:Role::read";
        assert.deepEqual([child.parent, child.provider, child.dependencies], [ROLE, west, [read]]);
        assert.equal(resourceOf(snapshot, "aws:iam/role:Role", "read").notInUpdate, true);
      },
    ));

  it("takes its fields in any case, as Pulumi does with a warning", () =>
    previewed(
      "Resources: { role: { Type: aws:iam:Role, Properties: { path: /a/ }, OPTIONS: { Parent: '${top}' } }, top: { type: a:b:C } }\n",
      (snapshot) => {
        const { inputs, parent } = resourceOf(snapshot, "aws:iam/role:Role", "role");
        assert.deepEqual([inputs, parent], [{ path: "/a/" }, "urn:pulumi:dev::desk::a:b:C::top"]);
      },
    ));

  it("takes properties as one value, and what is secret in it for secret", () =>
    previewed(
      "variables: { all: { fn::secret: { path: /a/ } } }\nresources: { role: { type: aws:iam:Role, properties: '${all}' } }\n",
      (snapshot) => {
        const { path } = resourceOf(snapshot, "aws:iam/role:Role", "role").inputs;
        assert.ok(path instanceof Secret && path.revealForComparison() === "/a/");
      },
    ));

  it("takes encrypted configuration of any type for a secret that is not known", () =>
    previewed(
      "config: { limit: { type: integer } }\nresources: { role: { type: aws:iam:Role, properties: { n: '${limit}' } } }\n",
      (snapshot) => {
        const { n } = resourceOf(snapshot, "aws:iam/role:Role", "role").inputs;
        assert.deepEqual(n, configuredSecret("desk:limit"));
      },
      {},
      { "Pulumi.dev.yaml": "config: { desk:limit: { secure: v1:abcdef } }\n" },
    ));

  it("takes a variable that is a resource for that resource, also in options", () =>
    previewed(
      "variables: { its: '${role}' }\nresources: { role: { type: aws:iam:Role }, child: { type: aws:iam:Policy, properties: { name: '${its.name}' }, options: { parent: '${its}' } } }\n",
      (snapshot) => {
        const { parent, inputs } = resourceOf(snapshot, "aws:iam/policy:Policy", "child");
        assert.deepEqual([parent, inputs], [ROLE, { name: outputOf(ROLE, "name") }]);
      },
    ));

  it("takes configuration by another name, and `config` before `configuration`", () =>
    previewed(
      "configuration: { a: { default: old } }\nconfig: { a: { default: new }, b: { name: c, type: string } }\nresources: { role: { type: aws:iam:Role, properties: { path: '/${a}/${b}/' } } }\n",
      (snapshot) => {
        const { inputs } = resourceOf(snapshot, "aws:iam/role:Role", "role");
        assert.deepEqual(inputs, { path: "/new/given/" });
      },
      { config: { c: "given" } },
    ));

  it("hands every provider on to the children of a component, and to those of others its default", () =>
    previewed(
      [
        "resources:",
        "  cluster: { type: pulumi:providers:kubernetes, properties: { context: a } }",
        "  west: { type: pulumi:providers:aws, properties: { region: us-west-2 } }",
        "  south: { type: pulumi:providers:aws, defaultProvider: true, properties: { region: eu-south-1 } }",
        "  all: { type: awsx:ec2:Vpc, options: { providers: ['${west}', '${cluster}'] } }",
        "  app: { type: kubernetes:core/v1:Pod, options: { parent: '${all}' } }",
        "  role: { type: aws:iam:Role, options: { parent: '${all}' } }",
        "  files: { type: kubernetes:yaml/v2:ConfigFile, properties: { file: a.yaml }, options: { parent: '${all}' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const at = "urn:pulumi:dev::desk::pulumi:providers:";
        assert.deepEqual(
          [
            resourceOf(snapshot, "kubernetes:core/v1:Pod", "app"),
            resourceOf(snapshot, "aws:iam/role:Role", "role"),
            resourceOf(snapshot, "kubernetes:core/v1:ConfigMap", "files:default/m"),
          ].map(({ provider }) => provider),
          [`${at}kubernetes::cluster`, `${at}aws::south`, `${at}kubernetes::cluster`],
        );
      },
      {},
      { "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\n" },
    ));

  it("takes no resource of a cloud for a component because the program names the package", () =>
    previewed(
      "packages: { aws: aws@7.1.0 }\nresources: { role: { type: aws:iam:Role } }\n",
      (snapshot) => {
        assert.deepEqual(snapshot.notes, []);
        assert.equal(resourceOf(snapshot, "aws:iam/role:Role", "role").custom, true);
      },
    ));

  it("names components that a plugin makes, also of a package with a source of its own", () =>
    previewed(
      [
        "packages: { own: https://example.com/own@v1 }",
        "resources:",
        "  cluster: { type: awsx:cloudtrail:Trail }",
        "  thing: { type: own:index:Thing }",
        "  held: { type: random:RandomPet, properties: { it: '${cluster.kubeconfig}' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        assert.deepEqual(
          snapshot.notes.map(({ kind, source }) => [kind, source?.line]),
          [
            ["opaque-component", 5],
            ["opaque-component", 6],
          ],
        );
        assert.deepEqual(
          resourceOf(snapshot, "random:index/randomPet:RandomPet", "held").inputs["it"],
          outputOf("urn:pulumi:dev::desk::awsx:cloudtrail:Trail::cluster", "kubeconfig"),
        );
      },
    ));

  it("may be in Main.yaml, and repeat itself by aliases", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: desk\nruntime: { name: yaml }\nmain: program\n",
        "program/Main.yaml":
          "resources:\n  a: { type: aws:iam:Role, properties: &p { path: /a/ } }\n  b: { type: aws:iam:Role, properties: { path: /b/, tags: *p } }\n",
      },
      async (directory) => {
        const preview = await previewProgram({ directory });
        assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
        const { inputs, source } = resourceOf(preview.snapshot, "aws:iam/role:Role", "b");
        assert.deepEqual(inputs, { path: "/b/", tags: { path: "/a/" } });
        assert.deepEqual(source, { file: "program/Main.yaml", line: 3, column: 3 });
      },
    ));

  it("names images, their repositories and folders in buckets that a plugin makes, in which there is no identity, and what there may be one in", () =>
    previewed(
      "resources:\n  images: { type: awsx:ecr:Repository }\n  image: { type: awsx:ecr:Image }\n  site: { type: synced-folder:S3BucketFolder }\n  nodes: { type: eks:NodeGroupSecurityGroup }\n  api: { type: awsx:cloudtrail:Trail }\n",
      ({ notes }) => {
        assert.deepEqual(
          notes.map(({ kind, message }) => [kind, message]),
          [
            ["not-read", "`awsx:ecr:Repository`"],
            ["not-read", "`awsx:ecr:Image`"],
            ["not-read", "`synced-folder:index:S3BucketFolder`"],
            ["not-read", "`eks:index:NodeGroupSecurityGroup`"],
            ["opaque-component", "`awsx:cloudtrail:Trail`"],
          ].map(([kind, type]) => [
            kind,
            `${type} is made by a plugin that an offline preview does not run` +
              (kind === "not-read" ? "" : remedy),
          ]),
        );
      },
    ));

  const unread = "the `environment` of stack `dev` may have it, and was not read";
  const missing: readonly (readonly [string, string, string])[] = [
    [
      "a name that is not declared",
      "outputs: { a: '${b.c}' }\n",
      `3:15: \`b\` is no resource, variable or configuration of this program; ${unread}; give it with --config b=VALUE`,
    ],
    [
      "configuration without a value",
      "config: { b: { type: string } }\n",
      `3:11: configuration \`desk:b\` is missing; give it with --config desk:b=VALUE or in the stack's file; ${unread}`,
    ],
  ];
  for (const [what, program, reason] of missing) {
    it(`reports for ${what} that the environment of its stack may have it`, () =>
      withFolder(
        { "Pulumi.yaml": HEAD + program, "Pulumi.dev.yaml": "environment: [desk]\n" },
        async (folder) => {
          assert.equal(await reasonOf(folder), `Pulumi.yaml:${reason}`);
        },
      ));
  }

  it("reports a link that leads out of the project", () =>
    withFolder(
      {
        "desk/Pulumi.yaml":
          "name: desk\nruntime: yaml\noutputs: { a: { fn::readFile: linked/secret.txt } }\n",
        "elsewhere/secret.txt": "canary",
      },
      async (folder) => {
        symlinkSync(join(folder, "elsewhere"), join(folder, "desk/linked"));
        assert.equal(
          await reasonOf(join(folder, "desk")),
          "Pulumi.yaml:3:15: `fn::readFile` does not read `linked/secret.txt`, which is outside the project's folder",
        );
      },
    ));

  const refused: readonly (readonly [string, string, string])[] = [
    [
      "a name that is not declared",
      "outputs: { a: '${b.c}' }\n",
      "3:15: `b` is no resource, variable or configuration of this program",
    ],
    [
      "variables in a circle",
      "variables: { a: '${b}', b: '${a}' }\n",
      "3:14: `a` refers to itself",
    ],
    [
      "a reference without an end",
      "outputs: { a: '${b' }\n",
      "3:15: `${b` has no end: a `}` is missing",
    ],
    [
      "a function that is none",
      "outputs: { a: { fn::sort: [] } }\n",
      "3:15: there is no function `fn::sort`",
    ],
    [
      "a file that is not there",
      "outputs: { a: { fn::readFile: none } }\n",
      "3:15: `fn::readFile` cannot read `none`: ENOENT: no such file or directory",
    ],
    [
      "a file outside the project",
      "outputs: { a: { fn::readFile: ../../../../etc/hostname } }\n",
      "3:15: `fn::readFile` does not read `../../../../etc/hostname`, which is outside the project's folder",
    ],
    [
      "a file outside the project by its whole path",
      "outputs: { a: { fn::fileBase64: /etc/hostname } }\n",
      "3:15: `fn::fileBase64` does not read `/etc/hostname`, which is outside the project's folder",
    ],
    [
      "the project's folder",
      "outputs: { a: { fn::readFile: . } }\n",
      "3:15: `fn::readFile` cannot read `.`: it is no file",
    ],
    [
      "configuration without a value",
      "config: { key: { type: string } }\n",
      "3:11: configuration `desk:key` is missing; give it with --config desk:key=VALUE or in the stack's file",
    ],
    [
      "configuration of another type",
      "config: { key: { type: integer, default: 1.5 } }\n",
      "3:11: configuration `desk:key` is not of type `integer`",
    ],
    [
      "a number that is joined to texts",
      "outputs: { a: { fn::join: ['', [1]] } }\n",
      "3:15: `fn::join` takes a text",
    ],
    [
      "a resource without a type",
      "resources: { a: { properties: {} } }\n",
      "3:14: resource `a` has no `type` such as `aws:iam:Role`",
    ],
    [
      "a resource with a variable's name, which would hide it",
      "variables: { a: b }\nresources: { a: { type: 'aws:iam:Role' } }\n",
      "4:14: `a` already names something",
    ],
    [
      "a resource with the name of what Pulumi says of the program",
      "resources: { pulumi: { type: 'aws:iam:Role' } }\n",
      "3:14: `pulumi` already names something",
    ],
    [
      "a field that stands there twice",
      "resources: { a: { type: 'aws:iam:Role', Type: 'aws:iam:User' } }\n",
      "3:41: `type` is here twice",
    ],
    [
      "properties that are not known",
      "variables: { a: { fn::aws:getCallerIdentity: {} } }\nresources: { a1: { type: 'aws:iam:Role', properties: '${a}' } }\n",
      "4:54: the properties are not known before the update",
    ],
    [
      "properties that are no map",
      "resources: { a: { type: 'aws:iam:Role', properties: [b] } }\n",
      "3:53: the properties are no map",
    ],
    [
      "a provider that is a text",
      "resources: { a: { type: 'aws:iam:Role', options: { provider: west } } }\n",
      "3:62: a resource is named here, such as `${name}`",
    ],
    [
      "an item that a list does not have",
      "variables: { a: [b] }\noutputs: { a1: '${a[1]}' }\n",
      "4:16: a list of 1 has no item 1",
    ],
    [
      "a name in a text",
      "variables: { a: b }\noutputs: { a1: '${a.c}' }\n",
      "4:16: `c` is taken of what is no map and no list",
    ],
    [
      "a result that a function does not give",
      "outputs: { a: { fn::invoke: { function: aws:iam:getPolicyDocument, arguments: {}, return: jsn } } }\n",
      "3:15: `aws:iam:getPolicyDocument` has no result `jsn`",
    ],
    [
      "a file named by a secret, which is not told",
      "outputs: { a: { fn::readFile: { fn::secret: hidden } } }\n",
      "3:15: `fn::readFile` does not accept its argument, which is secret",
    ],
    ["a key that is a list", "outputs: { a: { ? [b] : c } }\n", "3:19: a key of a map is a text"],
    ["resources that are a list", "resources: [a]\n", "3:12: `resources` is no map"],
    [
      "two resources with one name",
      "resources: { a: { type: 'b:c:D', name: x }, e: { type: 'b:c:D', name: x } }\n",
      " Duplicate resource URN 'urn:pulumi:dev::desk::b:c:D::x'; try giving it a unique name",
    ],
  ];
  for (const [what, program, reason] of refused) {
    it(`is refused with its place: ${what}`, () =>
      withFolder({ "Pulumi.yaml": HEAD + program }, async (directory) => {
        const found = await reasonOf(directory);
        assert.ok(found.startsWith(`Pulumi.yaml:${reason}`), found);
      }));
  }

  it("is refused where its aliases multiply", () => {
    const names = "abcdefghijkl".split("");
    const lines = names.map((name, at) => {
      const before = names[at - 1];
      return `  ${name}: &${name} [${before === undefined ? "x" : `*${before}, *${before}`}]\n`;
    });
    return withFolder(
      { "Pulumi.yaml": HEAD, "Main.yaml": `variables:\n${lines.join("")}` },
      async (directory) => {
        assert.match(
          await reasonOf(directory),
          /^Main\.yaml:\d+:\d+: this alias cannot be followed$/,
        );
      },
    );
  });

  it("is refused where its variables multiply", () => {
    const names = Array.from({ length: 40 }, (_, at) => `v${at}`);
    const lines = names.map((name, at) => {
      const before = at === 0 ? "x" : `\${v${at - 1}}`;
      return `  ${name}: ["${before}", "${before}"]\n`;
    });
    return withFolder(
      { "Pulumi.yaml": `${HEAD}variables:\n${lines.join("")}` },
      async (directory) => {
        assert.equal(
          await reasonOf(directory),
          "Pulumi.yaml:19:8: this is made of more than 100000 values",
        );
      },
    );
  });

  it("is refused where one variable after another refers to the next, too many for one process", () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `  v${at}: "\${v${at + 1}}x"\n`);
    return withFolder(
      { "Pulumi.yaml": `${HEAD}variables:\n${lines.join("")}  v3000: a\n` },
      async (directory) => {
        assert.match(
          await reasonOf(directory),
          /^Pulumi\.yaml:\d+:\d+: this refers to too long a chain$/,
        );
      },
    );
  });

  it("is refused where a compiler makes it", () =>
    withFolder(
      { "Pulumi.yaml": "name: desk\nruntime: { name: yaml, options: { compiler: cue export } }\n" },
      async (directory) => {
        assert.equal(
          await reasonOf(directory),
          `${directory}/Pulumi.yaml: the program is made by \`cue export\`, which is not run here; write down what it makes, or use \`pulumi preview\` with the policy pack`,
        );
      },
    ));
});

describe("tokens of programs in YAML", () => {
  it("are those in full, whatever is left out", () => {
    const tokens = [
      "aws:iam:Role",
      "aws:iam/role:Role",
      "random:RandomPassword",
      "aws:getRegion",
      "eks:Cluster",
      "aws-native:iam:Role",
      "kubernetes:core/v1:Pod",
      "pulumi:providers:aws",
    ];
    assert.deepEqual(tokens.map(fullToken), [
      "aws:iam/role:Role",
      "aws:iam/role:Role",
      "random:index/randomPassword:RandomPassword",
      "aws:index/getRegion:getRegion",
      "eks:index:Cluster",
      "aws-native:iam:Role",
      "kubernetes:core/v1:Pod",
      "pulumi:providers:aws",
    ]);
  });

  it("distinguish components from the kinds of Kubernetes objects", () => {
    const none = new Set<string>();
    assert.deepEqual(
      [
        "kubernetes:yaml/v2:ConfigFile",
        "kubernetes:apps/v1:Deployment",
        "awsx:ec2:Vpc",
        "a:b:C",
      ].map((type) => kindOf(type, none)),
      ["component", "custom", "component", "unclear"],
    );
    assert.deepEqual(
      ["kubernetes:core/v1:PodPatch", "kubernetes:helm.sh/v3:Release", "aws:iam/role:Role"].map(
        kubernetesKind,
      ),
      [{ apiVersion: "v1", kind: "Pod" }, undefined, undefined],
    );
  });
});

describe("references in a text", () => {
  it("lead by names, numbers and quoted keys", () => {
    assert.deepEqual(readReferences('a ${b.c[0]["d.\\"e"].f} $${g}'), {
      kind: "ok",
      parts: [
        { kind: "text", text: "a " },
        { kind: "reference", root: "b", steps: ["c", 0, 'd."e', "f"] },
        { kind: "text", text: " ${g}" },
      ],
    });
  });
});
