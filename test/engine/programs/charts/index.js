const k8s = require("@pulumi/kubernetes");

const chart = new k8s.helm.v3.Chart("crm", { chart: "crm" });
chart.getResource("v1/Service", "crm").apply((service) => service.status);
