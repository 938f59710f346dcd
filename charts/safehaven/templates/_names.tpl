{{/* Names, labels and the image. Every object's name begins with the full name. */}}

{{- define "safehaven.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "safehaven.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "safehaven.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "safehaven.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "safehaven.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "safehaven.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* {root, component}: what finds the pods. Never changes, so no version in it. */}}
{{- define "safehaven.selector" -}}
app.kubernetes.io/name: {{ include "safehaven.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* {root, component}: of objects that helm replaces; not of claims. */}}
{{- define "safehaven.labels" -}}
{{ include "safehaven.selector" . }}
app.kubernetes.io/part-of: safehaven
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "safehaven.image" -}}
{{- $image := .Values.image }}
{{- if $image.digest }}
{{- printf "%s@%s" $image.repository $image.digest }}
{{- else }}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) }}
{{- end }}
{{- end }}
