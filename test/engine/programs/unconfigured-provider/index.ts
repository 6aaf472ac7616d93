import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";

const made = new random.RandomPassword("kubeconfig", { length: 8 });
const provider = new k8s.Provider("later", { kubeconfig: made.result });
const account = new k8s.core.v1.ServiceAccount("agent", {}, { provider });
export const name = account.metadata.name;
