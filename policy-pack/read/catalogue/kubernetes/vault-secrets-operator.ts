import { product } from "../product";

/** Source: developer.hashicorp.com, Vault Secrets Operator API. */
export default product("secrets.hashicorp.com", {
  VaultStaticSecret: {
    is: "configuration",
    makes: [
      {
        secret: "spec.destination.name",
        remote: ["spec.path", "spec.mount", "spec.namespace"],
        login: "spec.vaultAuthRef",
      },
    ],
  },
});
