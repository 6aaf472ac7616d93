import { product, type Kind } from "../product";

const server: Kind = {
  is: "workload",
  runsAs: "spec.serviceAccountName",
  secrets: [{ at: "spec.**.{*Secret,password,credentials,secretKey}", through: "args" }],
};

const prometheus: Kind = {
  ...server,
  receives: "spec.{remoteWrite,remoteRead}[].{basicAuth,authorization,oauth2,sigv4}",
};
const all: Kind = { ...server, receives: "spec" };

/** Source: prometheus-operator.dev, API reference. */
export default product("monitoring.coreos.com", {
  Prometheus: prometheus,
  PrometheusAgent: prometheus,
  Alertmanager: all,
  ThanosRuler: all,
});
