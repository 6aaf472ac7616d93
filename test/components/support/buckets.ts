/** ARNs that take, in a policy, just as many characters as one text of this length would. */
export function bucketsOf(length: number): string[] {
  const arns: string[] = [];
  let left = length;
  for (; left > 2000; left -= 1000 + '","'.length) arns.push(bucketOf(1000));
  return [...arns, bucketOf(left)];
}

function bucketOf(length: number): string {
  return "arn:aws:s3:::".padEnd(length, "x");
}
