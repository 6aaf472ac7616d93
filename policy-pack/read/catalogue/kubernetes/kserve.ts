import { product } from "../product";

const specs = "spec.{,prefill.}{template,worker}";

/** Source: kserve.github.io/website, API reference. */
export default product("serving.kserve.io", {
  InferenceService: {
    is: "workload",
    runsAs: "spec.{predictor,transformer,explainer}.serviceAccountName",
    receives: "spec.{predictor,transformer,explainer}",
  },
  LLMInferenceService: {
    is: "workload",
    runsAs: `${specs}.serviceAccountName`,
    receives: specs,
  },
});
