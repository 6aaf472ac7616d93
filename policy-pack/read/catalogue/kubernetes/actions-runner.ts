import { product } from "../product";

/** Source: github.com/actions/actions-runner-controller, AutoscalingRunnerSet. */
export default product("actions.github.com", {
  AutoscalingRunnerSet: { secrets: ["spec.githubConfigSecret"] },
});
