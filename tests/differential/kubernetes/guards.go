package main

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"
	strict "sigs.k8s.io/json"
)

// autoscaler is what matters of a HorizontalPodAutoscaler or a ScaledObject, with the defaults filled in.
type autoscaler struct {
	TargetAPIVersion string `json:"targetApiVersion"`
	TargetKind       string `json:"targetKind"`
	TargetName       string `json:"targetName"`
	// The count below which it does not scale in.
	Min int32 `json:"min"`
	Max int32 `json:"max"`
	// The policies of behavior.scaleDown: pods, or a share of them.
	Policies []scalingPolicy `json:"policies"`
	Select   string          `json:"select"`
	// The count that KEDA itself sets, whatever the policies say.
	AtOnce *int32 `json:"atOnce"`
	// Whether it does so now.
	IsPaused bool `json:"isPaused"`
}

type scalingPolicy struct {
	Type  string `json:"type"`
	Value int32  `json:"value"`
}

// budget is what matters of a PodDisruptionBudget. Numbers are as they are written: 5 or 50%.
type budget struct {
	// None without a selector, which selects nothing.
	MatchLabels    map[string]string `json:"matchLabels"`
	HasExpressions bool              `json:"hasExpressions"`
	MinAvailable   string            `json:"minAvailable"`
	MaxUnavailable string            `json:"maxUnavailable"`
}

// scaledObject has what matters of KEDA's type of that name (github.com/kedacore/keda, apis/keda/v1alpha1).
type scaledObject struct {
	Metadata struct {
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		ScaleTargetRef *struct {
			Name       string `json:"name"`
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
		} `json:"scaleTargetRef"`
		MinReplicaCount  *int32 `json:"minReplicaCount"`
		MaxReplicaCount  *int32 `json:"maxReplicaCount"`
		IdleReplicaCount *int32 `json:"idleReplicaCount"`
		Advanced         *struct {
			HorizontalPodAutoscalerConfig *struct {
				Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior"`
			} `json:"horizontalPodAutoscalerConfig"`
		} `json:"advanced"`
	} `json:"spec"`
}

// guardsOf returns what the controllers of autoscalers and budgets make of an object. Both are nil if it is neither, or if
// the API server would refuse it.
func guardsOf(it *unstructured.Unstructured) (*autoscaler, *budget) {
	raw, err := json.Marshal(it.Object)
	must(err)
	switch it.GetAPIVersion() + " " + it.GetKind() {
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return ofVersion2(raw), nil
	case "autoscaling/v1 HorizontalPodAutoscaler":
		return ofVersion1(raw), nil
	case "keda.sh/v1alpha1 ScaledObject":
		return ofKeda(raw), nil
	case "policy/v1 PodDisruptionBudget":
		return nil, ofBudget(raw)
	}
	return nil, nil
}

func ofVersion2(raw []byte) *autoscaler {
	var hpa autoscalingv2.HorizontalPodAutoscaler
	if strict.UnmarshalCaseSensitivePreserveInts(raw, &hpa) != nil {
		return nil
	}
	spec := hpa.Spec
	target := [3]string{spec.ScaleTargetRef.APIVersion, spec.ScaleTargetRef.Kind, spec.ScaleTargetRef.Name}
	return accepted(target, minimum(spec.MinReplicas, 1), spec.MaxReplicas, spec.Behavior)
}

func ofVersion1(raw []byte) *autoscaler {
	var hpa autoscalingv1.HorizontalPodAutoscaler
	if strict.UnmarshalCaseSensitivePreserveInts(raw, &hpa) != nil {
		return nil
	}
	spec := hpa.Spec
	target := [3]string{spec.ScaleTargetRef.APIVersion, spec.ScaleTargetRef.Kind, spec.ScaleTargetRef.Name}
	return accepted(target, minimum(spec.MinReplicas, 1), spec.MaxReplicas, nil)
}

func ofKeda(raw []byte) *autoscaler {
	var keda scaledObject
	if strict.UnmarshalCaseSensitivePreserveInts(raw, &keda) != nil || keda.Spec.ScaleTargetRef == nil {
		return nil
	}
	spec := keda.Spec
	kind := spec.ScaleTargetRef.Kind
	if kind == "" {
		kind = "Deployment"
	}
	var behavior *autoscalingv2.HorizontalPodAutoscalerBehavior
	if spec.Advanced != nil && spec.Advanced.HorizontalPodAutoscalerConfig != nil {
		behavior = spec.Advanced.HorizontalPodAutoscalerConfig.Behavior
	}
	most := minimum(spec.MaxReplicaCount, 100)
	// The HPA that KEDA makes has a minimum of 1 where this one is 0; KEDA itself scales to 0.
	least := minimum(spec.MinReplicaCount, 0)
	target := [3]string{spec.ScaleTargetRef.APIVersion, kind, spec.ScaleTargetRef.Name}
	found := accepted(target, max(least, 1), most, behavior)
	idle := spec.IdleReplicaCount
	if found == nil || least < 0 || idle != nil && (*idle < 0 || *idle >= least) {
		return nil
	}
	found.Min = least
	found.AtOnce, found.IsPaused = atOnce(&keda)
	return found
}

// atOnce is the count that KEDA sets in one step: while it is paused, or when no trigger is active any more
// (pkg/scaling/executor/scale_scaledobjects.go).
func atOnce(keda *scaledObject) (to *int32, isPaused bool) {
	if paused, ok := keda.Metadata.Annotations["autoscaling.keda.sh/paused-replicas"]; ok {
		count, err := strconv.ParseInt(paused, 10, 32)
		if err == nil {
			paused := int32(count)
			return &paused, true
		}
	}
	if keda.Spec.IdleReplicaCount != nil {
		return keda.Spec.IdleReplicaCount, false
	}
	if minimum(keda.Spec.MinReplicaCount, 0) == 0 {
		return new(int32), false
	}
	return nil, false
}

func minimum(given *int32, usual int32) int32 {
	if given == nil {
		return usual
	}
	return *given
}

// accepted fills in the defaults of pkg/apis/autoscaling/v2/defaults.go, and refuses what
// pkg/apis/autoscaling/validation/validation.go refuses of what is kept here.
func accepted(target [3]string, least, most int32, behavior *autoscalingv2.HorizontalPodAutoscalerBehavior) *autoscaler {
	result := &autoscaler{
		TargetAPIVersion: target[0],
		TargetKind:       target[1],
		TargetName:       target[2],
		Min:              least,
		Max:              most,
		Policies:         []scalingPolicy{{"Percent", 100}},
		Select:           "Max",
	}
	for _, segment := range target[1:] {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "/%") {
			return nil
		}
	}
	if least < 1 || most < least {
		return nil
	}
	if behavior == nil {
		return result
	}
	if !isValid(behavior.ScaleUp) || !isValid(behavior.ScaleDown) {
		return nil
	}
	rules := behavior.ScaleDown
	if rules == nil {
		return result
	}
	if rules.SelectPolicy != nil {
		result.Select = string(*rules.SelectPolicy)
	}
	if rules.Policies != nil {
		result.Policies = nil
		for _, policy := range rules.Policies {
			result.Policies = append(result.Policies, scalingPolicy{string(policy.Type), policy.Value})
		}
	}
	return result
}

func isValid(rules *autoscalingv2.HPAScalingRules) bool {
	if rules == nil {
		return true
	}
	window := rules.StabilizationWindowSeconds
	if window != nil && (*window < 0 || *window > 3600) {
		return false
	}
	if choice := rules.SelectPolicy; choice != nil && *choice != "Max" && *choice != "Min" && *choice != "Disabled" {
		return false
	}
	for _, policy := range rules.Policies {
		isKnown := policy.Type == "Pods" || policy.Type == "Percent"
		if !isKnown || policy.Value <= 0 || policy.PeriodSeconds <= 0 || policy.PeriodSeconds > 1800 {
			return false
		}
	}
	return rules.Policies == nil || len(rules.Policies) > 0
}

var percentage = regexp.MustCompile("^[0-9]+%$")

// ofBudget refuses what pkg/apis/policy/validation/validation.go refuses of what is kept here.
func ofBudget(raw []byte) *budget {
	var pdb policyv1.PodDisruptionBudget
	if strict.UnmarshalCaseSensitivePreserveInts(raw, &pdb) != nil {
		return nil
	}
	spec := pdb.Spec
	least, leastIsValid := allowance(spec.MinAvailable)
	most, mostIsValid := allowance(spec.MaxUnavailable)
	isBoth := spec.MinAvailable != nil && spec.MaxUnavailable != nil
	if !leastIsValid || !mostIsValid || isBoth {
		return nil
	}
	result := &budget{MinAvailable: least, MaxUnavailable: most}
	if spec.Selector == nil {
		return result
	}
	if _, err := metav1.LabelSelectorAsSelector(spec.Selector); err != nil {
		return nil
	}
	result.HasExpressions = len(spec.Selector.MatchExpressions) > 0
	result.MatchLabels = map[string]string{}
	for key, value := range spec.Selector.MatchLabels {
		result.MatchLabels[key] = value
	}
	return result
}

func allowance(share *intstr.IntOrString) (string, bool) {
	switch {
	case share == nil:
		return "", true
	case share.Type == intstr.Int:
		return strconv.Itoa(int(share.IntVal)), share.IntVal >= 0
	case !percentage.MatchString(share.StrVal):
		return "", false
	}
	percent, err := strconv.Atoi(strings.TrimSuffix(share.StrVal, "%"))
	return share.StrVal, err == nil && percent <= 100
}
