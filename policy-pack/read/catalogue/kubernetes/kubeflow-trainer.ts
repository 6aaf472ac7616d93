import { product } from "../product";

/** Source: github.com/kubeflow/trainer, TrainJob. */
export default product("trainer.kubeflow.org", {
  TrainJob: { secrets: ["spec.initializer.{dataset,model}.secretRef"] },
});
