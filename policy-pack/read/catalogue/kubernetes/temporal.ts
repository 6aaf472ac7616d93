import { product } from "../product";

/** Source: github.com/alexandrevilain/temporal-operator, TemporalCluster. */
export default product("temporal.io", {
  TemporalCluster: { secrets: ["spec.persistence.*.{,sql.}passwordSecretRef"] },
});
