import { product } from "../product";

/** Source: cert-manager.io/docs/usage/certificate. */
export default product("cert-manager.io", {
  Certificate: {
    is: "configuration",
    makes: [{ secret: "spec.secretName", isCertificate: true }],
  },
});
