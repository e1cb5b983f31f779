{{- define "vectors.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "vectors.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "vectors.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "vectors.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a selector holds; it is immutable, so nothing that a user may change belongs here. */}}
{{- define "vectors.matchLabels" -}}
app.kubernetes.io/name: {{ include "vectors.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "vectors.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{ include "vectors.matchLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
A Deployment of one component.
Takes a dict: root, component, values (what values.yaml says about it), and group for one of a resource group.
*/}}
{{- define "vectors.deployment" -}}
{{- $root := .root -}}
{{- $labels := merge (dict) (.values.labels | default dict) $root.Values.labels -}}
{{- $suffix := ternary (printf "-%s" .group) "" (not (empty .group)) -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "vectors.fullname" $root }}-{{ .component }}{{ $suffix }}
  namespace: {{ $root.Release.Namespace }}
  labels:
{{ include "vectors.labels" $root | indent 4 }}
    component: {{ .component | quote }}
    {{- with .group }}
    milvus.io/resource-group: {{ . | quote }}
    {{- end }}
    {{ range $key, $value := $labels }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}
  annotations:
    {{ range $key, $value := $root.Values.annotations }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}

spec:
  {{- if ne (int .values.replicas) -1 }}
  replicas: {{ .values.replicas }}
  {{- end }}
  selector:
    matchLabels:
{{ include "vectors.matchLabels" $root | indent 6 }}
      component: {{ .component | quote }}
      {{- with .group }}
      milvus.io/resource-group: {{ . | quote }}
      {{- end }}
  template:
    metadata:
      labels:
{{ include "vectors.matchLabels" $root | indent 8 }}
        component: {{ .component | quote }}
        {{- with .group }}
        milvus.io/resource-group: {{ . | quote }}
        {{- end }}
        {{ range $key, $value := $labels }}
        {{ $key }}: {{ $value | quote }}
        {{- end }}
      annotations:
        checksum/config: {{ include (print $root.Template.BasePath "/configmap.yaml") $root | sha256sum }}
        
    spec:
      initContainers:
      containers:
      - name: {{ .component }}
        image: {{ $root.Values.image | quote }}
        imagePullPolicy: IfNotPresent
        args: [ "vectors", "run", "{{ .component }}" ]
        {{- with .group }}
        env:
        - name: SERVER_LABEL_RESOURCE_GROUP
          value: {{ . | quote }}
        {{- end }}
        ports:
          - name: metrics
            containerPort: 9091
            protocol: TCP
        readinessProbe:
          httpGet:
            path: /healthz
            port: metrics
        resources:
          {}
        volumeMounts:
        - name: config
          mountPath: /etc/vectors
          readOnly: true
      volumes:
      - name: config
        configMap:
          name: {{ include "vectors.fullname" $root }}
{{- end -}}

{{/* The Deployments of a component: one, or one for each resource group. */}}
{{- define "vectors.deployments" -}}
{{- if .root.Values.resourceGroups -}}
{{- range $index, $group := .root.Values.resourceGroups }}
{{- if $index }}
---
{{ end -}}
{{ include "vectors.deployment" (merge (dict "group" $group) $) }}
{{- end -}}
{{- else -}}
{{ include "vectors.deployment" . }}
{{- end -}}
{{- end -}}

{{/*
An autoscaler. It names the component's one Deployment, with resource groups too, and in standalone mode as well.
Takes a dict: root, component, values.
*/}}
{{- define "vectors.hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "vectors.fullname" .root }}-{{ .component }}-hpa
  namespace: {{ .root.Release.Namespace }}
  labels:
    component: {{ .component | quote }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "vectors.fullname" .root }}-{{ .component }}
  minReplicas: {{ .values.hpa.minReplicas }}
  maxReplicas: {{ .values.hpa.maxReplicas }}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: 40
{{- end -}}

{{- define "vectors.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "vectors.fullname" .root }}{{ with .suffix }}-{{ . }}{{ end }}
  namespace: {{ .root.Release.Namespace }}
  labels:
{{ include "vectors.labels" .root | indent 4 }}
    component: {{ .component | quote }}
    
  annotations:
    {}
spec:
  type: ClusterIP
  ports:
    - name: {{ .port }}
      port: {{ .number }}
      protocol: TCP
      targetPort: metrics
  selector:
{{ include "vectors.matchLabels" .root | indent 4 }}
    component: {{ .component | quote }}
{{- end -}}
