import * as pulumi from "@pulumi/pulumi";

class Inner extends pulumi.ComponentResource {
  constructor(name) {
    super("example:index:Inner", name);
  }
}

new Inner("top");
const make = (name) => new Inner(name);
make("inner");
