import { fitting } from "../arguments/argument-error";
import type { Home } from "./federation";

/** An account and region of AWS, with the partition that the region is in. */
export interface Place extends Home {
  readonly region: string;
}

/** What regions of a partition other than `aws` start with. Source: the partitions of AWS's SDKs. */
const partitions: Readonly<Record<string, string>> = {
  "cn-": "aws-cn",
  "us-gov-": "aws-us-gov",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "eu-isoe-": "aws-iso-e",
  "us-isof-": "aws-iso-f",
  "eusc-": "aws-eusc",
};

/** What the names of a partition's services end in, other than `amazonaws.com`. Source: AWS SDK partition metadata. */
const suffixes: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
  "aws-eusc": "amazonaws.eu",
};

/** Name of the host of a service of AWS in a region. */
export function hostOf(service: string, { partition, region }: Place): string {
  return `${service}.${region}.${suffixes[partition] ?? "amazonaws.com"}`;
}

/** Reads where a service of AWS runs a tenant's workloads, or throws an error that names `subject`. */
export function readPlace(
  subject: string,
  block: string,
  { account, region }: { readonly account: string; readonly region: string },
): Place {
  fitting(subject, `${block}.account`, account, /^[0-9]{12}$/, "the 12 digits of an AWS account");
  fitting(
    subject,
    `${block}.region`,
    region,
    /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/,
    "a region such as `eu-central-1`",
  );
  const start = Object.keys(partitions).find((each) => region.startsWith(each));
  return { partition: (start && partitions[start]) ?? "aws", region, account };
}
