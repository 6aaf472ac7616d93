import * as agentid from "pulumi-agentid";

new agentid.AgentStack("support", {});
