/** Kinds whose values are read as those of a chart; what looks like a pod's spec in them is none. */
export const chartKinds: readonly string[] = [
  "argoproj.io/Application",
  "argoproj.io/ApplicationSet",
  "helm.toolkit.fluxcd.io/HelmRelease",
  "helm.cattle.io/HelmChart",
  "helm.cattle.io/HelmChartConfig",
];
