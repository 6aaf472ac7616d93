import type { Fact } from "../../../facts/fact";
import { labelOf } from "../../../facts/name";
import { matches } from "../../../../core/pattern";
import type { KubeObject } from "../object";
import { nameTextAt } from "../text";

/**
 * What operators call the Secrets that they make for the users of a server, by the server's own name.
 *
 * Source: elastic.co/docs, ECK, "managed credentials"; postgres-operator.readthedocs.io, `secret_name_template`; cloudnative-pg.io, applications;
 * access.crunchydata.com, PostgresCluster, "user management"; rabbitmq.com/kubernetes/operator, default user.
 */
const secretsOfUsers: Readonly<Record<string, readonly string[]>> = {
  "elasticsearch.k8s.elastic.co/Elasticsearch": ["{name}-es-elastic-user"],
  "acid.zalan.do/postgresql": ["*.{name}.credentials.postgresql.acid.zalan.do"],
  "postgresql.cnpg.io/Cluster": ["{name}-app", "{name}-superuser"],
  "postgres-operator.crunchydata.com/PostgresCluster": ["{name}-pguser-*"],
  "rabbitmq.com/RabbitmqCluster": ["{name}-default-user"],
};

/** What the pods of an operator's server use, with the credentials that the server checks itself separately. */
export function withOwnUsers(object: KubeObject, facts: readonly Fact[]): readonly Fact[] {
  const kind = `${object.group}/${object.kind}`;
  const called = Object.hasOwn(secretsOfUsers, kind) ? secretsOfUsers[kind] : undefined;
  const name = nameTextAt(object.body, "metadata", "name");
  if (called === undefined || name === undefined) return facts;
  const patterns = called.map((pattern) => pattern.replace("{name}", name));
  return facts.map((fact) => {
    if (fact.kind !== "uses" || fact.exempt !== undefined) return fact;
    if (fact.dependsOn !== undefined || fact.secret.kind === "unknown") return fact;
    const label = labelOf(fact.secret.name);
    const secret = label.slice(label.lastIndexOf("/") + 1);
    const isOwn = patterns.some((pattern) => matches(pattern, secret));
    return isOwn && fact.through !== "configuration" ? { ...fact, exempt: "verifier" } : fact;
  });
}
