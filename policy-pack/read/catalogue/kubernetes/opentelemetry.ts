import { product } from "../product";

/** Source: github.com/open-telemetry/opentelemetry-operator, OpenTelemetryCollectorSpec. */
export default product("opentelemetry.io", {
  OpenTelemetryCollector: {
    is: "workload",
    runsAs: "spec.serviceAccount",
    containers: "spec",
    settings: "spec.config",
  },
});
