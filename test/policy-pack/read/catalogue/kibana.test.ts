import { secretReferenceTester } from "../../../support/secret-reference";

secretReferenceTester(
  {
    kind: "kibana.k8s.elastic.co/v1 Kibana",
    at: "spec.secureSettings[0].secretName",
    spec: () => "{ secureSettings: [{ secretName: desk }] }",
    isWhole: true,
  },
  {
    kind: "kibana.k8s.elastic.co/v1 Kibana",
    at: "spec.elasticsearchRef.secretName",
    spec: () => "{ elasticsearchRef: { secretName: desk } }",
    isWhole: true,
  },
);
