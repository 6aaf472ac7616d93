// The Kubernetes provider. Its own main embeds files that its build generates and its module does not carry; they serve
// documentation and other languages' SDKs alone, so empty ones do here.
package main

import "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"

// Set by the linker.
var version string

func main() {
	provider.Serve("kubernetes", version, []byte("{}"), []byte("{}"))
}
