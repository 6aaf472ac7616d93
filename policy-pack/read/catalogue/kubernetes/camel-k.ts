import { product } from "../product";

/** Source: camel.apache.org/camel-k, mount trait: `secret:crm/token@/etc/crm`. */
export default product("camel.apache.org", {
  Integration: { secrets: ["spec.traits.mount.{configs,resources}.*"] },
  Pipe: { secrets: ["spec.integration.traits.mount.{configs,resources}.*"] },
});
