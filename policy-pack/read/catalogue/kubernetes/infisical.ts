import { product } from "../product";

/** Source: infisical.com/docs, InfisicalSecret. */
export default product("secrets.infisical.com", {
  InfisicalSecret: {
    is: "configuration",
    makes: ["universalAuth", "kubernetesAuth", "awsIamAuth"].map((method) => {
      const scope = `spec.authentication.${method}.secretsScope`;
      return {
        secret: "spec.managedSecretReference.secretName",
        namespace: "spec.managedSecretReference.secretNamespace",
        remote: [
          `${scope}.projectSlug`,
          `${scope}.envSlug`,
          `${scope}.secretsPath`,
          "spec.hostAPI",
        ],
      };
    }),
  },
});
