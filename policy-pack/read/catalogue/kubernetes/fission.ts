import { product } from "../product";

/** Source: github.com/fission/fission, Function. */
export default product("fission.io", {
  Function: { secrets: ["spec.secrets.*"] },
});
