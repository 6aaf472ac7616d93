import { product } from "../product";

/** Source: github.com/SeldonIO/seldon-core, Model of version 2. */
export default [
  product("mlops.seldon.io", { Model: { secrets: ["spec.secretName"] } }),
  product("machinelearning.seldon.io", {
    SeldonDeployment: {
      secrets: ["spec.predictors.*.graph.{,children.*.}envSecretRefName"],
    },
  }),
];
