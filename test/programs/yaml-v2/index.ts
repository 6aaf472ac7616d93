import * as k8s from "@pulumi/kubernetes";

// The provider itself reads these files, and wants a cluster for it, or a folder to write to in its place.
const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered" });

new k8s.yaml.v2.ConfigFile("file", { file: "app.yaml" }, { provider });

new k8s.yaml.v2.ConfigGroup(
  "group",
  {
    yaml: `
apiVersion: v1
kind: ServiceAccount
metadata: { name: inline, namespace: globex }
`,
    objs: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "object", namespace: "globex" },
        data: { region: "eu" },
      },
    ],
    resourcePrefix: "desk",
  },
  { provider },
);
