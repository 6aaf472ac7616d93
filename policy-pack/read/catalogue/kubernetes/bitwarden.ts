import { product } from "../product";

/** Source: github.com/bitwarden/sm-kubernetes, BitwardenSecret. */
export default product("k8s.bitwarden.com", {
  BitwardenSecret: {
    is: "configuration",
    makes: [{ secret: "spec.secretName", remote: ["spec.map[].bwSecretId"], key: "secretKeyName" }],
  },
});
