// Decodes Kubernetes manifests as kubectl does, with kubectl's own packages: what `kubectl apply` would send, without a cluster.
//
//	kubernetes-decoder          reads a file's bytes in base64 from each line of standard input
//	kubernetes-decoder DIR      reads a folder as `kubectl apply --recursive --filename DIR` does
//
// Each answer is a line of JSON: the objects, lists flattened, with the files that they are from; and the errors.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/cli-runtime/pkg/resource"
)

type answer struct {
	// What each document holds, whether or not that is an object; of what is read from standard input alone.
	Documents []json.RawMessage `json:"documents"`
	// Why the documents after these could not be read.
	Syntax  string            `json:"syntax,omitempty"`
	Objects []json.RawMessage `json:"objects"`
	Files   []string          `json:"files"`
	Errors  []string          `json:"errors"`
}

func main() {
	log.SetFlags(0)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 {
		names := &resource.FilenameOptions{Filenames: os.Args[1:2], Recursive: true}
		if err := out.Encode(built(builder().FilenameParam(false, names))); err != nil {
			log.Fatal(err)
		}
		return
	}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return
		}
		if err != nil && err != io.EOF {
			log.Fatal(err)
		}
		content, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(line)))
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(decoded(content)); err != nil {
			log.Fatal(err)
		}
	}
}

func decoded(content []byte) answer {
	found := built(builder().Stream(asFile(content), "stdin"))
	found.Files = []string{}
	documents := yaml.NewYAMLOrJSONDecoder(asFile(content), 4096)
	for {
		document := runtime.RawExtension{}
		err := documents.Decode(&document)
		if err == io.EOF {
			return found
		}
		if err != nil {
			found.Syntax = err.Error()
			return found
		}
		if document.Raw = bytes.TrimSpace(document.Raw); len(document.Raw) > 0 {
			found.Documents = append(found.Documents, document.Raw)
		}
	}
}

// The encodings that kubectl knows a file by: see FileVisitor in k8s.io/cli-runtime/pkg/resource.
func asFile(content []byte) io.Reader {
	return transform.NewReader(bytes.NewReader(content), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
}

func builder() *resource.Builder {
	return resource.NewLocalBuilder().Unstructured().Local().ContinueOnError().Flatten()
}

func built(from *resource.Builder) answer {
	found := answer{Documents: []json.RawMessage{}, Objects: []json.RawMessage{}, Files: []string{}, Errors: []string{}}
	infos, err := from.Do().Infos()
	var several utilerrors.Aggregate
	if errors.As(err, &several) {
		for _, one := range several.Errors() {
			found.Errors = append(found.Errors, one.Error())
		}
	} else if err != nil {
		found.Errors = append(found.Errors, err.Error())
	}
	for _, info := range infos {
		object, err := json.Marshal(info.Object)
		if err != nil {
			found.Errors = append(found.Errors, err.Error())
			continue
		}
		found.Objects = append(found.Objects, object)
		found.Files = append(found.Files, info.Source)
	}
	return found
}
