import * as aws from "@pulumi/aws";

export function userFor(name: string): string {
  new aws.iam.User(name);
  return name;
}

export const label = (name: string): string => `user-${userFor(name)}`;

export class Factory {
  make(name: string): aws.iam.User {
    return new aws.iam.User(name);
  }
}

export default (name: string): aws.iam.User => new aws.iam.User(`default-${name}`);
