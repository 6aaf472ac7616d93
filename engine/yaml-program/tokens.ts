/**
 * Packages that are made from Terraform's providers: their types and functions live in a module of their own, such as
 * `aws:iam/role:Role`, which programs in YAML may leave out.
 */
const BRIDGED = new Set([
  "alicloud",
  "auth0",
  "aws",
  "azure",
  "azuread",
  "cloudflare",
  "datadog",
  "digitalocean",
  "docker",
  "gcp",
  "github",
  "gitlab",
  "hcloud",
  "linode",
  "mongodbatlas",
  "mysql",
  "newrelic",
  "okta",
  "openstack",
  "postgresql",
  "random",
  "snowflake",
  "tls",
  "vault",
  "vsphere",
]);

/** Further packages without components but those named below, also where a program sets their version. */
const CUSTOM = new Set([
  ...BRIDGED,
  ...["aiven", "archive", "aws-native", "azure-native", "azuredevops", "checkly", "cloudinit"],
  ...["command", "confluentcloud", "consul", "databricks", "dnsimple", "docker-build", "dynatrace"],
  ...["external", "fastly", "google-native", "grafana", "harness", "http", "kafka", "keycloak"],
  ...["kubernetes", "launchdarkly", "local", "mailgun", "minio", "nomad", "null", "opsgenie"],
  ...["pagerduty", "pinecone", "pulumi", "pulumiservice", "rabbitmq", "rancher2", "scaleway"],
  ...["sentry", "spotinst", "std", "sumologic", "tailscale", "terraform", "time", "vercel"],
]);

/** An object of a custom kind: its properties contain what it is. */
export const CUSTOM_OBJECT = "kubernetes:apiextensions.k8s.io:CustomResource";

/** Packages whose types are components, but for those that are made of others. */
const COMPONENTS = new Set([
  "agentid",
  "aws-apigateway",
  "aws-iam",
  "aws-s3-replicated-bucket",
  "aws-static-website",
  "awsx",
  "eks",
  "kubernetes-cert-manager",
  "kubernetes-coredns",
  "kubernetes-ingress-nginx",
  "synced-folder",
]);

/** Components among the types of other packages. */
const COMPONENT_TYPES =
  /^kubernetes:(yaml(\/v2)?:Config(File|Group)|helm\.sh\/v[34]:Chart|kustomize(\/v2)?:Directory)$/;

/**
 * The type or function token in full, as https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/ has
 * it: `aws:iam:Role` is `aws:iam/role:Role`, `random:RandomPassword` is `random:index/randomPassword:RandomPassword`.
 */
export function fullToken(token: string): string {
  const parts = token.split(":");
  const pkg = parts[0] ?? "";
  const member = parts.at(-1) ?? "";
  const module = parts.length > 2 ? parts.slice(1, -1).join(":") : "index";
  if (pkg === "pulumi") return token;
  if (!BRIDGED.has(pkg) || module.includes("/")) return `${pkg}:${module}:${member}`;
  return `${pkg}:${module}/${member.charAt(0).toLowerCase()}${member.slice(1)}:${member}`;
}

/**
 * Whether a type is a component, which a plugin makes of others, or a resource of its own; `unclear` of a package that is
 * not known here.
 *
 * @param packages those that the program declares by a source of their own, such as a repository of components
 */
export function kindOf(
  type: string,
  packages: ReadonlySet<string>,
): "component" | "custom" | "unclear" {
  const pkg = type.split(":")[0] ?? "";
  if (COMPONENTS.has(pkg) || COMPONENT_TYPES.test(type)) return "component";
  if (CUSTOM.has(pkg)) return "custom";
  return packages.has(pkg) ? "component" : "unclear";
}

/** The constants of a Kubernetes type in the schema: its `apiVersion` and `kind`, by its token. */
export function kubernetesKind(
  type: string,
): { readonly apiVersion: string; readonly kind: string } | undefined {
  const [pkg, group = "", kind = ""] = type.split(":");
  if (pkg !== "kubernetes" || !/(^|\/)v\d\w*$/.test(group)) return undefined;
  if (/^(yaml|helm\.sh|kustomize)\//.test(group)) return undefined;
  const isPatch = kind.endsWith("Patch") && kind !== "Patch";
  return {
    apiVersion: group.replace(/^core\//, ""),
    kind: isPatch ? kind.slice(0, -"Patch".length) : kind,
  };
}
