import assert from "node:assert/strict";
import type { JSONWebKeySet, JWTPayload } from "jose";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject, type Project, type StateResource } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { admitsToken, verified } from "./support/tokens";

const issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const providerArn = issuer.replace("https://", "arn:aws:iam::111122223333:oidc-provider/");

/** The token of a pod template, in a file. */
interface TokenSource {
  readonly audience?: string;
  readonly expirationSeconds: number;
}

/** A Deployment, as far as it identifies its pods. */
interface Deployment {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly automountServiceAccountToken: boolean;
        readonly volumes: readonly {
          readonly projected?: {
            readonly sources: readonly { readonly serviceAccountToken?: TokenSource }[];
          };
        }[];
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

/** Who the API server takes the bearer of a token for. */
interface Reviewed {
  readonly authenticated?: boolean;
  readonly user?: { readonly username: string };
}

/** A token that the API server gave a workload. */
interface Given {
  readonly namespace: string;
  readonly account: string;
  readonly requested: TokenSource;
  /** The role that the pod's environment names. */
  readonly roleArn: string | undefined;
  readonly token: string;
  readonly claims: JWTPayload;
}

describe("the support desk on an API server", () => {
  let cluster: ApiServer;
  let project: Project;
  let given: readonly Given[];
  let roles: readonly StateResource[];

  before(async () => {
    cluster = await startApiServer(issuer);
    project = await copyProject("examples/support-desk");
    project.write(onCluster("support-desk"));
    await mustUp(project, cluster);
    roles = project.resources().filter(({ type }) => type === "aws:iam/role:Role");
    given = await tokensOf(cluster);
  });

  after(() => cluster.stop());

  it("changes nothing when it is updated again", async () => {
    const { stdout } = await mustUp(project, cluster);
    assert.match(stdout, /^Resources:\n +\d+ unchanged\n/m);
  });

  it("gives each workload a token with its own subject, its audience and at most an hour", () => {
    assert.deepEqual(
      given.map(({ namespace, account, claims }) => ({
        subject: claims.sub,
        audience: claims.aud,
        issuer: claims.iss,
        lasts: Number(claims.exp) - Number(claims.iat),
        of: `${namespace}/${account}`,
      })),
      ["acme", "globex"].flatMap((tenant) =>
        ["crm", "desk", "knowledge-base", "refunds", "resolution", "ticket-search", "triage"].map(
          (name) => ({
            subject: `system:serviceaccount:${tenant}:${name}`,
            audience: ["sts.amazonaws.com"],
            issuer,
            lasts: 3600,
            of: `${tenant}/${name}`,
          }),
        ),
      ),
    );
  });

  it("gives tokens that are good for their audience alone", async () => {
    for (const { token, claims } of given) {
      const [own, apiServer] = await Promise.all([
        review(cluster, token, ["sts.amazonaws.com"]),
        review(cluster, token),
      ]);
      assert.deepEqual([own.authenticated, own.user?.username], [true, claims.sub]);
      assert.equal(apiServer.authenticated ?? false, false);
      assert.equal((await cluster.query("/api/v1/namespaces/acme/pods", { token })).status, 401);
    }
  });

  it("has roles that each trust only the token of their own workload", () => {
    assert.equal(roles.length, 14);
    for (const role of roles) {
      const trust = String(role.inputs?.["assumeRolePolicy"]);
      const admitted = given.filter(
        ({ claims }) => admitsToken(trust, providerArn, claims) !== "no",
      );
      assert.deepEqual(
        admitted.map(({ roleArn }) => roleArn),
        [role.outputs?.["arn"]],
      );
      for (const { claims } of admitted) {
        assert.equal(admitsToken(trust, providerArn, claims), "yes");
      }
    }
  });

  it("has roles that trust no token of another audience or of an undeclared account", async () => {
    const strangers = await Promise.all([
      tokenFor(cluster, "acme", "triage", { audience: "vault", expirationSeconds: 600 }),
      tokenFor(cluster, "acme", "default", {
        audience: "sts.amazonaws.com",
        expirationSeconds: 600,
      }),
    ]);
    const keys = await keysOf(cluster);
    for (const token of strangers) {
      const claims = await verified(token, keys);
      for (const role of roles) {
        const trust = String(role.inputs?.["assumeRolePolicy"]);
        assert.equal(admitsToken(trust, providerArn, claims), "no");
      }
    }
  });
});

async function tokensOf(cluster: ApiServer): Promise<readonly Given[]> {
  const { body } = await cluster.query<{ items: readonly Deployment[] }>(
    "/apis/apps/v1/deployments",
  );
  const keys = await keysOf(cluster);
  const given = body.items.map(async ({ metadata, spec }): Promise<Given> => {
    const pod = spec.template.spec;
    assert.equal(pod.automountServiceAccountToken, false);
    const [requested, ...others] = pod.volumes.flatMap(
      ({ projected }) =>
        projected?.sources.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []) ?? [],
    );
    assert.ok(requested !== undefined && others.length === 0, `${metadata.name} has one token`);
    const { namespace } = metadata;
    const account = pod.serviceAccountName;
    const token = await tokenFor(cluster, namespace, account, requested);
    const roleArn = pod.containers[0]?.env.find(({ name }) => name === "AWS_ROLE_ARN")?.value;
    return { namespace, account, requested, roleArn, token, claims: await verified(token, keys) };
  });
  return Promise.all(given);
}

/** Asks for a token as a node does for a pod. */
async function tokenFor(
  cluster: ApiServer,
  namespace: string,
  account: string,
  { audience, expirationSeconds }: TokenSource,
): Promise<string> {
  const { status, body } = await cluster.query<{ status: { token: string } }>(
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    {
      method: "POST",
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds, ...(audience !== undefined && { audiences: [audience] }) },
      },
    },
  );
  assert.equal(status, 201);
  return body.status.token;
}

async function review(
  cluster: ApiServer,
  token: string,
  audiences?: readonly string[],
): Promise<Reviewed> {
  const { body } = await cluster.query<{ status: Reviewed }>(
    "/apis/authentication.k8s.io/v1/tokenreviews",
    {
      method: "POST",
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token, ...(audiences !== undefined && { audiences }) },
      },
    },
  );
  return body.status;
}

async function keysOf(cluster: ApiServer): Promise<JSONWebKeySet> {
  return (await cluster.query<JSONWebKeySet>("/openid/v1/jwks")).body;
}
