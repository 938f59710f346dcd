{{/* What all pods are alike in: who they run as, what they may not do, how they are probed. */}}

{{- define "safehaven.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "safehaven.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* {name, secret, keys}: a volume of exactly the named keys of a Secret. */}}
{{- define "safehaven.secretVolume" -}}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
    # Readable by the group of the pod's volumes alone.
    defaultMode: 0440
    items:
      {{- range .keys | uniq }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}

{{/* Probes speak plaintext gRPC to a port that serves grpc.health.v1 and nothing else. */}}
{{- define "safehaven.probes" -}}
{{- $health := (include "safehaven.ports" . | fromYaml).health }}
startupProbe:
  grpc: {port: {{ $health }}, service: liveness}
  periodSeconds: 2
  # Opening a large store after a crash takes minutes.
  failureThreshold: 300
readinessProbe:
  grpc: {port: {{ $health }}, service: readiness}
  periodSeconds: 5
  failureThreshold: 2
# Says only that the process answers; it never looks at the store or at peers, because
# a restart mends neither.
livenessProbe:
  grpc: {port: {{ $health }}, service: liveness}
  periodSeconds: 10
  failureThreshold: 6
{{- end }}

{{/* {root, component}: volumes of a service's keys. */}}
{{- define "safehaven.volumes" -}}
{{- $values := index .root.Values .component }}
{{ include "safehaven.secretVolume" (dict "name" "tls" "secret" $values.tls.existingSecret "keys" (values $values.tls.keys | sortAlpha)) }}
{{- with $values.logKey }}
{{ include "safehaven.secretVolume" (dict "name" "log-key" "secret" .existingSecret "keys" (concat (list .key) (compact (list .nextKey)) .earlierPublicKeys)) }}
{{- end }}
{{- with $values.wrappingKey }}
{{ include "safehaven.secretVolume" (dict "name" "wrapping-key" "secret" .existingSecret "keys" (list .key)) }}
{{- end }}
{{- if include "safehaven.followsConsent" . }}
{{- with .root.Values.consent.logPublicKey }}
- name: consent-log
  configMap:
    name: {{ .existingConfigMap }}
    items:
      {{- range concat (list .key) .moreKeys | uniq }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end }}
{{- end }}
{{- with $values.web }}
{{ include "safehaven.secretVolume" (dict "name" "web" "secret" .existingSecret "keys" (values .keys | sortAlpha)) }}
{{- end }}
{{- with $values.oidc }}
{{- if .clientSecret.existingSecret }}
{{ include "safehaven.secretVolume" (dict "name" "client-secret" "secret" .clientSecret.existingSecret "keys" (list .clientSecret.key)) }}
{{- end }}
{{- if .authorities.existingSecret }}
{{ include "safehaven.secretVolume" (dict "name" "issuer" "secret" .authorities.existingSecret "keys" (list .authorities.key)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* {root, component}: where the volumes are mounted. */}}
{{- define "safehaven.mounts" -}}
{{- $values := index .root.Values .component }}
{{- $paths := include "safehaven.paths" . | fromYaml }}
- {name: tls, mountPath: {{ $paths.tls }}, readOnly: true}
{{- if $values.logKey }}
- {name: log-key, mountPath: {{ $paths.logKey }}, readOnly: true}
{{- end }}
{{- if $values.wrappingKey }}
- {name: wrapping-key, mountPath: {{ $paths.wrappingKey }}, readOnly: true}
{{- end }}
{{- if include "safehaven.followsConsent" . }}
- {name: consent-log, mountPath: {{ $paths.consentLog }}, readOnly: true}
{{- end }}
{{- if $values.web }}
- {name: web, mountPath: {{ $paths.web }}, readOnly: true}
{{- end }}
{{- with $values.oidc }}
{{- if .clientSecret.existingSecret }}
- {name: client-secret, mountPath: {{ $paths.clientSecret }}, readOnly: true}
{{- end }}
{{- if .authorities.existingSecret }}
- {name: issuer, mountPath: {{ $paths.issuerAuthorities }}, readOnly: true}
{{- end }}
{{- end }}
{{- if $values.storage }}
- {name: state, mountPath: {{ $paths.state }}}
{{- end }}
{{- end }}

{{/* {root, component}: metadata and spec of a service's pod. */}}
{{- define "safehaven.pod" -}}
{{- $root := .root }}
{{- $values := index $root.Values .component }}
{{- $ports := include "safehaven.ports" . | fromYaml }}
metadata:
  labels:
    {{- include "safehaven.selector" . | nindent 4 }}
  {{- with $root.Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "safehaven.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $root.Values.terminationGraceSeconds }}
  securityContext:
    {{- include "safehaven.podSecurity" . | nindent 4 }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if not $values.storage }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "safehaven.selector" . | nindent 10 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "safehaven.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [safehaven-{{ .component }}]
      args:
        {{- include "safehaven.arguments" . | trim | nindent 8 }}
      ports:
        - {name: grpc, containerPort: {{ $ports.grpc }}}
        {{- if $values.web }}
        - {name: https, containerPort: {{ $ports.https }}}
        {{- end }}
        - {name: health, containerPort: {{ $ports.health }}}
        - {name: metrics, containerPort: {{ $ports.metrics }}}
      {{- include "safehaven.probes" . | trim | nindent 6 }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- include "safehaven.containerSecurity" . | nindent 8 }}
      volumeMounts:
        {{- include "safehaven.mounts" . | trim | nindent 8 }}
  volumes:
    {{- include "safehaven.volumes" . | trim | nindent 4 }}
{{- end }}
