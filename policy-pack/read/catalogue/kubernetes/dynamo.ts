import { product } from "../product";

/** Source: github.com/ai-dynamo/dynamo, DynamoGraphDeployment. */
export default product("nvidia.com", {
  DynamoGraphDeployment: { secrets: ["spec.{services.*.,}envFromSecret"] },
  DynamoComponentDeployment: { secrets: ["spec.envFromSecret"] },
});
