import type { Product } from "../product";
import actionsRunner from "./actions-runner";
import argoEvents from "./argo-events";
import argoWorkflows from "./argo-workflows";
import camelK from "./camel-k";
import cloudnativePg from "./cloudnative-pg";
import dynamo from "./dynamo";
import fission from "./fission";
import flink from "./flink";
import k8sgpt from "./k8sgpt";
import kagent from "./kagent";
import kaito from "./kaito";
import keda from "./keda";
import keycloak from "./keycloak";
import knative from "./knative";
import kserve from "./kserve";
import kubeflowTrainer from "./kubeflow-trainer";
import milvus from "./milvus";
import numaflow from "./numaflow";
import openfaas from "./openfaas";
import opentelemetry from "./opentelemetry";
import prometheus from "./prometheus";
import ray from "./ray";
import seldon from "./seldon";
import spark from "./spark";
import strimzi from "./strimzi";
import tekton from "./tekton";
import temporal from "./temporal";
import toolhive from "./toolhive";
import vllm from "./vllm";

/** Every product of the catalogue. */
export const products: readonly Product[] = [
  actionsRunner,
  argoEvents,
  argoWorkflows,
  camelK,
  cloudnativePg,
  dynamo,
  fission,
  flink,
  k8sgpt,
  kagent,
  kaito,
  keda,
  keycloak,
  knative,
  kserve,
  kubeflowTrainer,
  milvus,
  numaflow,
  openfaas,
  opentelemetry,
  prometheus,
  ray,
  seldon,
  spark,
  strimzi,
  tekton,
  temporal,
  toolhive,
  vllm,
].flat();
