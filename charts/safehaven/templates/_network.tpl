{{/*
Who calls whom: caller -> services, on their gRPC ports. Flags, NetworkPolicies and
the notes are all made from this one table, so they cannot disagree.
  linkage follows consent's objections; costing follows consent and linkage; the
  gateway asks consent and costing; consent calls nobody. The test asks those who know
  how they and consent are.
*/}}
{{- define "safehaven.traffic" -}}
consent: []
linkage: [consent]
costing: [consent, linkage]
gateway: [consent, costing]
test: [linkage, costing]
{{- end }}

{{- define "safehaven.services" -}}
stateful: [consent, linkage, costing]
all: [consent, linkage, costing, gateway]
{{- end }}

{{/* {root, component}: callers of a service within the release, as {callers: [...]}. */}}
{{- define "safehaven.callers" -}}
{{- $component := .component }}
{{- $callers := list }}
{{- range $caller, $callees := include "safehaven.traffic" . | fromYaml }}
{{- if has $component $callees }}
{{- $callers = append $callers $caller }}
{{- end }}
{{- end }}
callers: {{ $callers | toJson }}
{{- end }}
