import { product } from "../product";

/** Source: keycloak.org/operator/advanced-configuration. */
export default product("k8s.keycloak.org", {
  Keycloak: { secrets: ["spec.db.passwordSecret"] },
});
