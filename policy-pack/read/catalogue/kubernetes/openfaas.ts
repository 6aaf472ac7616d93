import { product } from "../product";

/** Source: github.com/openfaas/faas-netes, Function. */
export default product("openfaas.com", {
  Function: { secrets: ["spec.secrets.*"] },
});
