import { product } from "../product";

/** Source: elastic.co/docs/deploy-manage, secure settings on ECK, and clusters that ECK does not manage. */
export default product("kibana.k8s.elastic.co", {
  Kibana: { secrets: ["spec.{secureSettings[],elasticsearchRef}.secretName"] },
});
