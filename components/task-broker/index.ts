export { TaskBroker } from "./task-broker";
export type { TaskBrokerArgs } from "./arguments";
export { TaskBrokerDeployment } from "./task-broker-deployment";
export type {
  BrokerCaller,
  BrokerIngress,
  BrokerIssuer,
  BrokerLimits,
  BrokerPeople,
  BrokerTool,
  BrokerUsers,
  TaskBrokerDeploymentArgs,
} from "./deployment-arguments";
export type { BrokerPostgres, BrokerState, BrokerVolume } from "./state";
