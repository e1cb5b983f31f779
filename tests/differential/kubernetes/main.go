// kubernetes-reading prints what Kubernetes reads in streams: kubectl's decoder and the unstructured scheme.
//
// Standard input holds texts, each after a line with its length in bytes. For each it prints one line of JSON with the
// objects in their order, those of lists in the place of the list, and the error that ended the reading.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// object is what matters of one, and a digest of the rest.
type object struct {
	APIVersion  string            `json:"apiVersion"`
	Kind        string            `json:"kind"`
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	MatchLabels map[string]string `json:"matchLabels"`
	// The number as JSON; "absent" and "null" are not the same.
	Replicas string `json:"replicas"`
	// Of everything but spec.replicas.
	Rest string `json:"rest"`
	// At most one of these, and only where the API server accepts it.
	Autoscaler *autoscaler `json:"autoscaler"`
	Budget     *budget     `json:"budget"`
}

type reading struct {
	Objects []object `json:"objects"`
	// Documents that are no objects.
	Odd   int    `json:"odd"`
	Error string `json:"error"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF && line == "" {
			break
		}
		must(err)
		length, err := strconv.Atoi(strings.TrimSpace(line))
		must(err)
		text := make([]byte, length)
		_, err = io.ReadFull(in, text)
		must(err)
		must(json.NewEncoder(out).Encode(read(text)))
		// A caller that sends one text at a time waits for its answer.
		if in.Buffered() == 0 {
			must(out.Flush())
		}
	}
	must(out.Flush())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// read goes through a stream as kubectl does (StreamVisitor in k8s.io/cli-runtime/pkg/resource).
func read(text []byte) (result reading) {
	// kubectl would crash too if a decoder panics.
	defer func() {
		if panicked := recover(); panicked != nil {
			result.Error = fmt.Sprint("panic: ", panicked)
		}
	}()
	result.Objects = []object{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		raw := runtime.RawExtension{}
		if err := decoder.Decode(&raw); err != nil {
			if err != io.EOF {
				result.Error = err.Error()
			}
			return result
		}
		document := bytes.TrimSpace(raw.Raw)
		if len(document) == 0 || bytes.Equal(document, []byte("null")) {
			continue
		}
		decoded, _, err := unstructured.UnstructuredJSONScheme.Decode(document, nil, nil)
		if err != nil {
			result.Odd++
			continue
		}
		result.add(decoded)
	}
}

func (r *reading) add(decoded runtime.Object) {
	switch decoded := decoded.(type) {
	case *unstructured.UnstructuredList:
		for i := range decoded.Items {
			r.add(&decoded.Items[i])
		}
	case *unstructured.Unstructured:
		if !decoded.IsList() {
			if isAccepted(decoded) {
				r.Objects = append(r.Objects, describe(decoded))
			} else {
				r.Odd++
			}
			return
		}
		if list, err := decoded.ToList(); err == nil {
			r.add(list)
		} else {
			r.Odd++
		}
	}
}

// isAccepted says whether the API server could take an object: its name and its labels are strings.
func isAccepted(it *unstructured.Unstructured) bool {
	metadata, _, err := unstructured.NestedMap(it.Object, "metadata")
	if err != nil {
		return false
	}
	for _, field := range []string{"name", "namespace"} {
		if !isText(metadata[field]) {
			return false
		}
	}
	labels, _, _ := unstructured.NestedMap(it.Object, "spec", "selector", "matchLabels")
	for _, value := range labels {
		if !isText(value) {
			return false
		}
	}
	return true
}

// isText: a null is an empty string to the API server.
func isText(value interface{}) bool {
	_, isString := value.(string)
	return isString || value == nil
}

func describe(it *unstructured.Unstructured) object {
	labels, _, _ := unstructured.NestedMap(it.Object, "spec", "selector", "matchLabels")
	result := object{
		APIVersion:  it.GetAPIVersion(),
		Kind:        it.GetKind(),
		Namespace:   it.GetNamespace(),
		Name:        it.GetName(),
		MatchLabels: map[string]string{},
		Replicas:    "absent",
	}
	for key, value := range labels {
		text, _ := value.(string)
		result.MatchLabels[key] = text
	}
	if spec, ok := it.Object["spec"].(map[string]interface{}); ok {
		if replicas, there := spec["replicas"]; there {
			text, err := json.Marshal(replicas)
			must(err)
			result.Replicas = string(text)
			delete(spec, "replicas")
		}
	}
	rest, err := json.Marshal(it.Object)
	must(err)
	digest := fnv.New64a()
	digest.Write(rest)
	result.Rest = strconv.FormatUint(digest.Sum64(), 16)
	result.Autoscaler, result.Budget = guardsOf(it)
	return result
}
