import { product, type SecretReference } from "../product";

/** Credentials that the database itself verifies. */
const verified = (at: string): SecretReference => ({ at, exempt: "verifier" });

/** Source: cloudnative-pg.io/documentation/current/cloudnative-pg.v1. */
export default product("postgresql.cnpg.io", {
  Cluster: {
    secrets: [
      "spec.backup.barmanObjectStore.{s3,azure,google}Credentials.*",
      "spec.externalClusters.*.password",
      verified("spec.superuserSecret"),
      verified("spec.bootstrap.initdb.secret"),
      verified("spec.managed.roles.*.passwordSecret"),
    ],
  },
});
