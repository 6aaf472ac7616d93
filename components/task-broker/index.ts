export { TaskBroker } from "./task-broker";
export type { TaskBrokerArgs } from "./arguments";
export { TaskBrokerDeployment } from "./task-broker-deployment";
export type {
  BrokerAcm,
  BrokerCaller,
  BrokerCertificateIssuer,
  BrokerCertManager,
  BrokerIngress,
  BrokerIssuer,
  BrokerLimits,
  BrokerPeople,
  BrokerTls,
  BrokerTool,
  BrokerUsers,
  TaskBrokerDeploymentArgs,
} from "./deployment-arguments";
export type { BrokerPostgres, BrokerState, BrokerVolume } from "./state";
