import assert from "node:assert/strict";
import { Secret, type Value } from "../../../../core/snapshot/value";
import { manifest, outputOf, resource, urnOf } from "../../../support/resources";
import { fakes } from "../credentials/fakes";
import { only, stated } from "./reading";

const accountType = "kubernetes:core/v1:ServiceAccount";
const roleArn = "arn:aws:iam::111122223333:role/agentid/acme/triage";

const yaml = (text: string, ...kinds: readonly string[]): readonly string[] =>
  only(stated(manifest(text)), ...kinds);

function account(annotation: Value, options: Parameters<typeof resource>[3] = {}) {
  const annotations = { "eks.amazonaws.com/role-arn": annotation };
  const labels = { "agentid.dev/workload": "triage" };
  const metadata = { name: "triage", namespace: "acme", annotations, labels };
  return resource(accountType, "triage", { metadata }, options);
}

describe("the reader of ServiceAccounts", () => {
  it("returns the role that an annotation names, by account and name whatever its path", () => {
    assert.deepEqual(stated([account(roleArn)]), [
      "alias @metadata.name thing=<triage> also=k8s|default|acme|ServiceAccount|triage",
      "inside @metadata.namespace thing=<triage> namespace=k8s|default||Namespace|acme",
      `alias @metadata.annotations["eks.amazonaws.com/role-arn"] thing=${roleArn} also=iam-role|111122223333|triage`,
      'assumes @metadata.annotations["eks.amazonaws.com/role-arn"] identity=<triage> role=iam-role|111122223333|triage by=irsa',
      "automounts @automountServiceAccountToken account=<triage> mounts=unset",
    ]);
  });

  it("is in the namespace of the release or object whose namespace it takes", () => {
    const insideOf = (type: string, inputs: Readonly<Record<string, Value>>) => {
      const other = resource(type, "other", inputs);
      const metadata = { name: "triage", namespace: outputOf(other.urn) };
      return only(stated([other, resource(accountType, "triage", { metadata })]), "inside")[0];
    };
    const inside = (namespace: string) =>
      `inside @metadata.namespace thing=<triage> namespace=k8s|default||Namespace|${namespace}`;
    const release = "kubernetes:helm.sh/v3:Release";
    assert.equal(insideOf(release, { chart: "crm", namespace: "acme" }), inside("acme"));
    assert.equal(insideOf(release, { chart: "crm" }), inside("default"));
    assert.equal(insideOf(accountType, { metadata: { namespace: "acme" } }), inside("acme"));
  });

  it("names an unknown role by the one role it depends on", () => {
    const one = urnOf("aws:iam/role:Role", "triage-role");
    const two = urnOf("aws:iam/role:Role", "other-role");
    const assumes = (...urns: readonly string[]) =>
      only(stated([account(outputOf(...urns))]), "assumes").map((text) =>
        text.replace(/.*role=/, ""),
      );
    assert.deepEqual(assumes(one), ["<triage-role> by=irsa"]);
    assert.deepEqual(assumes(one, two), ["unknown(<triage-role>,<other-role>) by=irsa"]);
    assert.deepEqual(only(stated([account("")]), "assumes"), []);
  });

  it("returns which declared workload owns the account of our component", () => {
    const agent = resource(
      "agentid:index:Agent",
      "agent",
      { tenant: { name: "acme" } },
      { custom: false },
    );
    const child = account(roleArn, { parent: agent.urn });
    assert.deepEqual(
      only(stated([agent, child]), "owns", "inside", "belongs-to").concat(
        only(stated([agent, child]), "alias").slice(1, 2),
      ),
      [
        "inside @metadata.labels thing=<agent> namespace=k8s|default||Namespace|acme",
        "owns @metadata.labels workload=<agent> identity=<triage>",
        "inside @metadata.namespace thing=<triage> namespace=k8s|default||Namespace|acme",
        "belongs-to @ thing=<triage> tenant=acme by=component",
        "alias @metadata.labels thing=<agent> also=workload|default|acme|agent|triage",
      ],
    );
    assert.deepEqual(only(stated([account(roleArn)]), "owns"), []);
  });

  it("identifies an account with a name of Pulumi by its URN", () => {
    const made = resource(accountType, "triage", { metadata: { namespace: "acme" } });
    assert.deepEqual(stated([made]), [
      "inside @metadata.namespace thing=<triage> namespace=k8s|default||Namespace|acme",
      "automounts @automountServiceAccountToken account=<triage> mounts=unset",
    ]);
  });
});

describe("the reader of Namespaces", () => {
  it("derives the tenant from the namespace's label", () => {
    const text =
      "\napiVersion: v1\nkind: Namespace\nmetadata: { name: acme, labels: { agentid.dev/tenant: acme } }\n";
    assert.deepEqual(yaml(text, "alias", "belongs-to"), [
      "alias @metadata.name thing=<acme> also=k8s|default||Namespace|acme",
      'belongs-to @metadata.labels["agentid.dev/tenant"] thing=<acme> tenant=acme by=namespace',
    ]);
  });
});

describe("the reader of Secrets", () => {
  const passwordType = "random:index/randomPassword:RandomPassword";
  const password = resource(
    passwordType,
    "pw",
    {},
    { outputs: { result: new Secret("mAdE-by-random-1") } },
  );
  const secretOf = (data: Readonly<Record<string, Value>>) =>
    resource(
      "kubernetes:core/v1:Secret",
      "s",
      { metadata: { name: "s", namespace: "acme" }, stringData: new Secret(data) },
      { propertyDependencies: { stringData: [password.urn] } },
    );
  const contents = (data: Readonly<Record<string, Value>>) =>
    only(stated([password, secretOf(data)]), "contains", "receives", "literal");

  it("returns a generated value that flows unchanged, and one that may be derived", () => {
    const at = "@stringData.setting";
    const receives = `receives ${at} receiver=<s> from=<pw>`;
    const generated = `contains ${at} container=<s> key=setting content=<pw>`;
    assert.deepEqual(contents({ setting: "mAdE-by-random-1" }), [
      receives,
      `${generated} derived=false`,
    ]);
    assert.deepEqual(contents({ setting: outputOf(password.urn) }), [
      receives,
      `${generated} derived=true`,
    ]);
    assert.deepEqual(contents({ setting: outputOf() }), [receives, `${generated} derived=true`]);
    assert.deepEqual(contents({ setting: "db:mAdE-by-random-1" }), [
      receives,
      `${generated} derived=true`,
      `contains ${at} container=<s> key=setting content=literal|… derived=false`,
    ]);
  });

  it("returns nothing for other values beside a generated one", () => {
    assert.deepEqual(contents({ mail: "desk@acme.com" }), []);
    assert.deepEqual(
      contents({ endpoint: outputOf(urnOf("aws:rds/instance:Instance", "db")) }),
      [],
    );
  });

  it("returns a credential at its location, with the program's mark", () => {
    const literal = (marked: boolean) => [
      `literal @stringData.bot holder=<s> credential=Slack token under=bot severity=critical key=bot value=literal|… place=in its place marked=${marked}`,
      "contains @stringData.bot container=<s> key=bot content=literal|… derived=false",
    ];
    assert.deepEqual(contents({ bot: fakes.slack }), literal(true));
    const clear = manifest(
      `\napiVersion: v1\nkind: Secret\nmetadata: { namespace: acme, name: s }\nstringData: { bot: ${fakes.slack} }\n`,
    );
    assert.deepEqual(
      only(stated(clear), "contains", "literal").map((text) => text.replaceAll("<acme/s>", "<s>")),
      literal(false),
    );
  });

  it("returns as unknown which value of a marked ConfigMap is the credential", () => {
    const marked = resource("kubernetes:core/v1:ConfigMap", "c", {
      metadata: { name: "c", namespace: "acme" },
      data: new Secret({ setting: "information" }),
    });
    assert.deepEqual(only(stated([marked]), "literal"), [
      "literal @data holder=<c> credential=a secret value severity=critical value=value-at|<c>|data place=exposed marked=true dependsOn=[]",
    ]);
  });

  it("reads a meaningless key together with its Secret's name", () => {
    const text = (name: string) =>
      yaml(
        `\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\nstringData: { value: k3ep1tQu1et }\n`,
        "literal",
      );
    assert.deepEqual(text("crm-api-key"), [
      "literal @stringData.value holder=<crm-api-key> credential=value of crm-api-key.value under=crm-api-key.value severity=critical key=value value=literal|… place=in its place marked=false",
    ]);
    assert.deepEqual(text("crm-settings"), []);
  });

  it("exempts a Secret that by its type or its keys has no integration credential", () => {
    const exempt = (type: string, data: string) =>
      yaml(
        `\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\ntype: ${type}\nstringData: { ${data} }\n`,
        "contains",
      );
    const content = (at: string, kind: string) => [
      `contains @${at} container=<s> content=apart|${kind} derived=false`,
    ];
    assert.deepEqual(exempt("kubernetes.io/tls", "x: y"), content("type", "tls"));
    assert.deepEqual(
      exempt("kubernetes.io/dockerconfigjson", "x: y"),
      content("type", "pull secret"),
    );
    assert.deepEqual(exempt("Opaque", "ca.crt: y"), content("data", "tls"));
    assert.deepEqual(exempt("Opaque", "id_ed25519.pub: y"), content("data", "public key"));
    assert.deepEqual(exempt("Opaque", "ca.crt: y, other: z"), []);
    assert.deepEqual(exempt("kubernetes.io/service-account-token", "x: y"), []);
    assert.deepEqual(exempt("Opaque", ""), []);
  });
});

describe("the readers of external secrets", () => {
  it("return which remote key each key contains, and what a whole extract contains", () => {
    const facts = yaml(
      `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { namespace: acme, name: e }
spec:
  secretStoreRef: { name: aws }
  data:
    - { secretKey: a, remoteRef: { key: crm, property: token } }
    - { secretKey: b, remoteRef: { key: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:x-AbCdEf" } }
  dataFrom: [{ extract: { key: all }, sourceRef: { storeRef: { name: vault, kind: ClusterSecretStore } } }]
`,
      "contains",
    );
    const container = "container=k8s|default|acme|Secret|e";
    assert.deepEqual(facts, [
      `contains @spec.data[0].remoteRef.key ${container} key=a content=secret|urn:store:default/acme/aws|crm derived=false contentKey=token`,
      `contains @spec.data[1].remoteRef.key ${container} key=b content=secret|111122223333@eu-central-1|x derived=false`,
      `contains @spec.dataFrom[0].extract.key ${container} content=secret|urn:store:default//vault|all derived=false`,
    ]);
  });

  it("take what a template makes for derived, whose keys are not known", () => {
    const facts = yaml(
      "\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { namespace: acme, name: e }\nspec: { secretStoreRef: { name: aws }, target: { name: t, template: { data: { url: 'https://{{ .a }}@crm' } } }, data: [{ secretKey: a, remoteRef: { key: crm } }] }\n",
      "contains",
    );
    assert.deepEqual(facts, [
      "contains @spec.data[0].remoteRef.key container=k8s|default|acme|Secret|t content=secret|urn:store:default/acme/aws|crm derived=true",
    ]);
  });

  it("return the Secret of each namespace that a cluster-wide one lists", () => {
    const facts = yaml(
      "\napiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: { name: e }\nspec: { namespaces: [acme, globex], externalSecretSpec: { secretStoreRef: { name: aws, kind: ClusterSecretStore }, data: [{ secretKey: a, remoteRef: { key: crm } }] } }\n",
      "contains",
    );
    assert.deepEqual(
      facts,
      ["acme", "globex"].map(
        (space) =>
          `contains @spec.externalSecretSpec.data[0].remoteRef.key container=k8s|default|${space}|Secret|e key=a content=secret|urn:store:default//aws|crm derived=false`,
      ),
    );
  });

  it("name an unknown remote key by the one secret it depends on", () => {
    const type = "kubernetes:external-secrets.io/v1:ExternalSecret";
    const one = urnOf("aws:secretsmanager/secret:Secret", "crm");
    const two = urnOf("aws:secretsmanager/secret:Secret", "erp");
    const content = (...urns: readonly string[]) => {
      const data = [{ secretKey: "a", remoteRef: { key: outputOf(...urns) } }];
      const metadata = { name: "e", namespace: "acme" };
      return only(stated([resource(type, "e", { metadata, spec: { data } })]), "contains");
    };
    const contains = (name: string) => [
      `contains @spec.data[0].remoteRef.key container=k8s|default|acme|Secret|e key=a content=${name} derived=false`,
    ];
    assert.deepEqual(content(one), contains("<crm>"));
    assert.deepEqual(content(one, two), contains("unknown(<crm>,<erp>)"));
  });

  it("return what a SecretProviderClass mounts and where it copies it to", () => {
    const facts = yaml(
      `
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: { namespace: acme, name: p }
spec:
  secretObjects: [{ secretName: copy }]
  parameters:
    objects: |
      - { objectName: crm, objectType: secretsmanager }
      - { objectName: /crm/key, objectType: ssmparameter }
`,
      "contains",
    );
    const at = "contains @spec.parameters.objects container=<acme/p>";
    assert.deepEqual(facts, [
      `${at} content=secret|default|crm derived=false`,
      `${at} content=parameter|default|crm/key derived=false`,
      "contains @spec.secretObjects[0] container=k8s|default|acme|Secret|copy content=<acme/p> derived=false",
    ]);
  });

  it("return nothing for objects that are no list, and unparsable ones as unknown", () => {
    const contents = (objects: string) =>
      yaml(
        `\napiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: { name: p }\nspec: { parameters: { objects: ${objects} } }\n`,
        "contains",
      );
    assert.deepEqual(contents("'a: b'"), []);
    assert.deepEqual(contents("[]"), []);
    assert.deepEqual(contents("'{'"), [
      "contains @spec.parameters.objects container=<p> content=unknown() derived=false",
    ]);
  });
});

describe("the readers of RBAC", () => {
  const binding = (kind: string, roleRef: string, subjects: string): readonly string[] =>
    yaml(
      `\napiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { namespace: acme, name: b }\nroleRef: ${roleRef}\nsubjects: ${subjects}\n`,
      "binds",
    );

  it("return what a role allows", () => {
    const text =
      "\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { namespace: acme, name: r }\nrules: [{ verbs: [get], apiGroups: [''], resources: [secrets], resourceNames: [crm] }]\n";
    assert.deepEqual(yaml(text, "rbac-role"), [
      'rbac-role @rules role=<acme/r> rules=[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["crm"],"nonResourceURLs":[]}]',
    ]);
  });

  it("return by which labels ClusterRoles aggregate each other's rules", () => {
    const text =
      "\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r, labels: { into: x } }\naggregationRule: { clusterRoleSelectors: [{ matchLabels: { into: r } , matchExpressions: [{ key: k, operator: In, values: [a] }] }] }\n";
    assert.deepEqual(yaml(text, "rbac-role"), [
      'rbac-role @rules role=<r> rules=[] labels={"into":"x"} aggregates=[{"matchLabels":{"into":"r"},"matchExpressions":[{"key":"k","operator":"In","values":["a"]}]}]',
    ]);
  });

  it("return unknown rules and unknown namespaces of a binding", () => {
    const made = urnOf("aws:s3/bucket:Bucket", "b");
    const role = (rules: Value) =>
      only(
        stated([
          resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "r", {
            metadata: { name: "r" },
            rules,
          }),
        ]),
        "rbac-role",
      );
    const anything =
      '"apiGroups":["*"],"resources":["*"],"resourceNames":[],"nonResourceURLs":[],"dependsOn":["<b>"]';
    assert.deepEqual(role(outputOf(made)), [
      `rbac-role @rules role=<r> rules=[{"verbs":["*"],${anything}}]`,
    ]);
    assert.deepEqual(role([outputOf(made)]), role(outputOf(made)));
    assert.deepEqual(
      role([{ verbs: ["get", outputOf(made)], apiGroups: [""], resources: ["pods"] }]),
      [
        'rbac-role @rules role=<r> rules=[{"verbs":["get","*"],"apiGroups":[""],"resources":["pods"],"resourceNames":[],"nonResourceURLs":[],"dependsOn":["<b>"]}]',
      ],
    );
    const bound = resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "b", {
      metadata: { name: "b", namespace: outputOf(made) },
      roleRef: { kind: "ClusterRole", name: "r" },
      subjects: [{ kind: "ServiceAccount", name: "s", namespace: "acme" }],
    });
    assert.deepEqual(only(stated([bound]), "binds"), [
      'binds @subjects[0] binding=<b> role=k8s|default||ClusterRole|r roleName=r where=unknown(<b>) subject={"kind":"ServiceAccount","name":"s","namespace":"acme"} subjectName=k8s|default|acme|ServiceAccount|s',
    ]);
  });

  it("return who is bound, an account also when spelled as a user", () => {
    const subject = (text: string) =>
      binding("RoleBinding", "{ kind: Role, name: r }", `[${text}]`);
    const account = (namespace: string) =>
      `binds @subjects[0] binding=<acme/b> role=k8s|default|acme|Role|r roleName=r where={"kind":"namespace","namespace":"acme"} subject=${JSON.stringify({ kind: "ServiceAccount", name: "s", namespace })} subjectName=k8s|default|${namespace}|ServiceAccount|s`;
    assert.deepEqual(subject("{ kind: ServiceAccount, name: s }"), [account("acme")]);
    assert.deepEqual(subject("{ kind: ServiceAccount, name: s, namespace: globex }"), [
      account("globex"),
    ]);
    assert.deepEqual(subject("{ kind: User, name: 'system:serviceaccount:globex:s' }"), [
      account("globex"),
    ]);
    assert.deepEqual(subject("{ kind: Group, name: 'system:masters' }"), [
      'binds @subjects[0] binding=<acme/b> role=k8s|default|acme|Role|r roleName=r where={"kind":"namespace","namespace":"acme"} subject={"kind":"Group","name":"system:masters"} subjectName=k8s|default||Group|system:masters',
    ]);
    assert.deepEqual(subject("{ kind: Robot, name: s }"), []);
  });

  it("return the rules of the built-in ClusterRoles, and bind them where the binding is", () => {
    const text = (kind: string, name: string) =>
      `\napiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { namespace: acme, name: b }\nroleRef: { kind: ClusterRole, name: ${name} }\nsubjects: [{ kind: User, name: u }]\n`;
    assert.deepEqual(yaml(text("ClusterRoleBinding", "cluster-admin"), "rbac-role", "binds"), [
      'rbac-role @roleRef role=k8s|default||ClusterRole|cluster-admin rules=[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"resourceNames":[],"nonResourceURLs":[]},{"verbs":["*"],"apiGroups":[],"resources":[],"resourceNames":[],"nonResourceURLs":["*"]}]',
      'binds @subjects[0] binding=<acme/b> role=k8s|default||ClusterRole|cluster-admin roleName=cluster-admin where={"kind":"cluster"} subject={"kind":"User","name":"u"} subjectName=k8s|default||User|u',
    ]);
    assert.deepEqual(yaml(text("RoleBinding", "own"), "rbac-role", "binds"), [
      'binds @subjects[0] binding=<acme/b> role=k8s|default||ClusterRole|own roleName=own where={"kind":"namespace","namespace":"acme"} subject={"kind":"User","name":"u"} subjectName=k8s|default||User|u',
    ]);
  });

  it("name an unknown subject and role by the one resource they depend on", () => {
    const one = urnOf(accountType, "triage");
    const role = urnOf("kubernetes:rbac.authorization.k8s.io/v1:Role", "r");
    const bound = resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "b", {
      metadata: { name: "b", namespace: "acme" },
      roleRef: { kind: "Role", name: outputOf(role) },
      subjects: [{ kind: "ServiceAccount", name: outputOf(one), namespace: "acme" }],
    });
    assert.deepEqual(only(stated([bound]), "binds"), [
      'binds @subjects[0] binding=<b> role=<r> roleName= where={"kind":"namespace","namespace":"acme"} subject={"kind":"ServiceAccount","name":"","namespace":"acme"} subjectName=<triage>',
    ]);
  });

  it("bind an account of known name in an unknown namespace, each as one of its own", () => {
    const made = urnOf("aws:s3/bucket:Bucket", "b");
    const subject = { kind: "ServiceAccount", name: "s", namespace: outputOf(made) };
    const bound = resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "b", {
      metadata: { name: "b", namespace: "acme" },
      roleRef: { kind: "Role", name: "r" },
      subjects: [subject, { ...subject, name: outputOf(made) }],
    });
    const facts = stated([bound]).filter((fact) => fact.includes("@subjects"));
    const binds = (index: number, subject: object) =>
      `binds @subjects[${index}] binding=<b> role=k8s|default|acme|Role|r roleName=r where={"kind":"namespace","namespace":"acme"} subject=${JSON.stringify({ kind: "ServiceAccount", ...subject })} subjectName=<b>#subjects[${index}]`;
    const inside = (index: number) =>
      `inside @subjects[${index}].namespace thing=<b>#subjects[${index}] namespace=unknown(<b>)`;
    assert.deepEqual(facts, [
      inside(0),
      binds(0, { name: "s" }),
      inside(1),
      binds(1, { name: "", dependsOn: ["<b>"] }),
    ]);
  });
});

describe("the reader of certificates", () => {
  it("returns what Gateways and sets of listeners serve with, and show to backends", () => {
    const rows = [
      ["gateway.networking.k8s.io/v1", "Gateway"],
      ["gateway.networking.k8s.io/v1", "ListenerSet"],
      ["gateway.networking.x-k8s.io/v1alpha1", "XListenerSet"],
    ];
    for (const [apiVersion, kind] of rows) {
      const text = `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: a, namespace: acme }, spec: {
        listeners: [{ tls: { certificateRefs: [{ name: one }, { name: two, namespace: b }, { kind: ConfigMap, name: c }] } }],
        tls: { backend: { clientCertificateRef: { name: three } } } } }`;
      assert.deepEqual(yaml(text, "serves"), [
        "serves @spec.listeners[0].tls.certificateRefs[0] secret=k8s|default|acme|Secret|one as=tls",
        "serves @spec.listeners[0].tls.certificateRefs[1] secret=k8s|default|b|Secret|two as=tls",
        "serves @spec.tls.backend.clientCertificateRef secret=k8s|default|acme|Secret|three as=tls",
      ]);
    }
  });
});
