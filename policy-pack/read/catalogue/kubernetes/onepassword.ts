import { product } from "../product";

/** Source: github.com/1Password/onepassword-operator. */
export default product("onepassword.com", {
  OnePasswordItem: { is: "configuration", makes: [{ remote: ["spec.itemPath"] }] },
});
