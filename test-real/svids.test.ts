import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject, type StateResource } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { define, spireKinds } from "./support/servers/definitions";
import { startSpire, type Entry, type Spire } from "./support/servers/spire";
import { entriesOf } from "./support/spire-entries";
import { admitsCertificate, admitsToken, verified } from "./support/tokens";

const trustDomain = "agents.example";
const host = "oidc.agents.example";
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const audience = "sts.amazonaws.com";

/** Intended SPIFFE IDs of the program's workloads, by the role they assume. */
const expected: Readonly<Record<string, string>> = {
  "acme.desk": "cluster/prod/ns/acme/sa/desk",
  "acme.triage": "cluster/prod/ns/acme/sa/triage",
  "globex.desk": "cluster/prod/ns/globex/sa/desk",
  "globex.triage": "cluster/prod/ns/globex/sa/triage",
  "acme.mail": "tenant/acme/workload/mail",
  "globex.mail": "tenant/globex/workload/mail",
};

/** The same for certificates. */
const robots: Readonly<Record<string, string>> = Object.fromEntries(
  ["initech", "umbrella"].flatMap((tenant) =>
    ["painter", "welder"].map((name) => [`${tenant}.${name}`, `tenant/${tenant}/robot/${name}`]),
  ),
);

describe("SVIDs of a SPIRE server", () => {
  let cluster: ApiServer;
  let spire: Spire;
  let entries: readonly Entry[];
  let resources: readonly StateResource[];

  before(async () => {
    [cluster, spire] = await Promise.all([
      startApiServer("https://issuer.example"),
      startSpire(trustDomain, host),
    ]);
    await define(cluster, spireKinds);
    const project = await copyProject("test-real/programs/svids");
    project.write(onCluster("svids"));
    await project.configure({ "svids:bundle": { value: await spire.bundle(), secret: false } });
    await mustUp(project, cluster);
    resources = project.resources();
    entries = await entriesOf(cluster, { trustDomain, clusterName: "prod" });
    for (const entry of entries) await spire.register(entry);
  });

  after(async () => {
    await Promise.all([cluster.stop(), spire.stop()]);
  });

  it("are registered as the components request, one ID for each workload, by pod selectors", async () => {
    assert.deepEqual(await spire.entries(), entries);
    assert.deepEqual(
      entries.map(({ spiffeId }) => spiffeId),
      Object.values(expected).map(idOf).sort(),
    );
    const [desk] = entries;
    assert.deepEqual(desk, {
      spiffeId: idOf("cluster/prod/ns/acme/sa/desk"),
      parentId: idOf("spire/agent/k8s_psat/prod/node"),
      selectors: ["k8s:ns:acme", "k8s:sa:desk"],
      x509SvidTtl: 3600,
      jwtSvidTtl: 300,
      hint: "desk",
    });
  });

  it("come from the issuer that its discovery document names", async () => {
    assert.deepEqual(await spire.discovery().then(({ issuer }) => issuer), spire.issuer);
  });

  it("as tokens, are admitted by the role of their own workload and by no other", async () => {
    const keys = await spire.keys();
    for (const { spiffeId, jwtSvidTtl } of entries) {
      const token = await spire.mintToken(spiffeId, audience, jwtSvidTtl);
      const claims = await verified(token, keys);
      assert.deepEqual([claims.iss, claims.sub, claims.aud], [spire.issuer, spiffeId, [audience]]);
      // SPIRE dates a token a little back, for clocks that are behind.
      const lasts = Number(claims.exp) - Number(claims.iat);
      assert.ok(lasts >= 300 && lasts <= 330, `lasts ${lasts} s`);
      const admitted = roles().filter(
        ({ trust }) => admitsToken(trust, providerArn, claims) !== "no",
      );
      assert.deepEqual(
        admitted.map(({ name, trust }) => [name, admitsToken(trust, providerArn, claims)]),
        [[nameOf(expected, spiffeId), "yes"]],
      );
    }
  });

  it("as tokens for another audience, are admitted by no role", async () => {
    const keys = await spire.keys();
    for (const { spiffeId } of entries) {
      const claims = await verified(await spire.mintToken(spiffeId, "vault", 300), keys);
      for (const { trust } of roles()) assert.equal(admitsToken(trust, providerArn, claims), "no");
    }
  });

  it("as certificates, are admitted by the role of their own workload and by no other", async () => {
    const anchors = new Map(
      resources
        .filter(({ type }) => type === "aws:rolesanywhere/trustAnchor:TrustAnchor")
        .map(({ inputs, outputs }) => [String(inputs?.["name"]), String(outputs?.["arn"])]),
    );
    assert.equal(anchors.size, 2);
    const authority = new X509Certificate(await spire.bundle());
    for (const [role, path] of Object.entries(robots)) {
      const certificate = new X509Certificate(
        (await spire.mintCertificate(idOf(path), 3600)).certificate,
      );
      assert.ok(certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
      const uris = (certificate.subjectAltName ?? "").split(", ");
      assert.deepEqual(uris, [`URI:${idOf(path)}`]);
      for (const [tenant, anchor] of anchors) {
        const shown = { uri: idOf(path), anchor };
        const admitted = roles().filter(({ trust }) => admitsCertificate(trust, shown) !== "no");
        assert.deepEqual(
          admitted.map(({ name, trust }) => [name, admitsCertificate(trust, shown)]),
          role.startsWith(`${tenant}.`) ? [[role, "yes"]] : [],
        );
      }
    }
  });

  function roles() {
    return resources
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ inputs }) => ({
        name: String(inputs?.["name"]),
        trust: String(inputs?.["assumeRolePolicy"]),
      }));
  }
});

function idOf(path: string): string {
  return `spiffe://${trustDomain}/${path}`;
}

function nameOf(names: Readonly<Record<string, string>>, spiffeId: string): string | undefined {
  return Object.keys(names).find((name) => idOf(names[name] ?? "") === spiffeId);
}
