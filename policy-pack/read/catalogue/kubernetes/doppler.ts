import { product } from "../product";

/** Source: docs.doppler.com, Kubernetes operator. */
export default product("secrets.doppler.com", {
  DopplerSecret: {
    is: "configuration",
    makes: [
      {
        secret: "spec.managedSecret.name",
        namespace: "spec.managedSecret.namespace",
        remote: ["spec.project", "spec.config"],
      },
    ],
  },
});
