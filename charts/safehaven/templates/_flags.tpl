{{/*
Command lines of the programs: the one place that spells their flags, ports and paths.
The same table is in docs/runbook.md.
*/}}

{{- define "safehaven.ports" -}}
grpc: 7443
https: 8443
health: 8081
metrics: 9090
{{- end }}

{{- define "safehaven.paths" -}}
state: /var/lib/safehaven
tls: /etc/safehaven/tls
web: /etc/safehaven/web
logKey: /etc/safehaven/log
wrappingKey: /etc/safehaven/wrapping
consentLog: /etc/safehaven/consent-log
clientSecret: /etc/safehaven/client-secret
issuerAuthorities: /etc/safehaven/issuer
{{- end }}

{{/* {root, component}: not empty if the service follows consent's log. */}}
{{- define "safehaven.followsConsent" -}}
{{- if has .component (list "linkage" "costing") }}yes{{ end }}
{{- end }}

{{/* {root, component}: host:port of a service for its peers. */}}
{{- define "safehaven.address" -}}
{{- $ports := include "safehaven.ports" . | fromYaml }}
{{- printf "%s-%s.%s.svc.%s:%v" (include "safehaven.fullname" .root) .component .root.Release.Namespace .root.Values.clusterDomain $ports.grpc }}
{{- end }}

{{/* {root, component}: arguments of a service, as a YAML list. */}}
{{- define "safehaven.arguments" -}}
{{- $ports := include "safehaven.ports" . | fromYaml }}
{{- $paths := include "safehaven.paths" . | fromYaml }}
{{- $values := index .root.Values .component }}
- --profile=production
- --trust-domain={{ .root.Values.trustDomain }}
- --listen=0.0.0.0:{{ $ports.grpc }}
- --health-listen=0.0.0.0:{{ $ports.health }}
- --metrics-listen=0.0.0.0:{{ $ports.metrics }}
# Not ready, and still serving until everybody has noticed.
- --drain-delay-seconds=5
- --tls-certificate={{ $paths.tls }}/{{ $values.tls.keys.certificate }}
- --tls-key={{ $paths.tls }}/{{ $values.tls.keys.key }}
- --tls-authorities={{ $paths.tls }}/{{ $values.tls.keys.authorities }}
{{- if $values.storage }}
- --state-dir={{ $paths.state }}
{{- end }}
{{- with $values.logKey }}
- --log-key={{ $paths.logKey }}/{{ .key }}
{{- with .nextKey }}
- --next-log-key={{ $paths.logKey }}/{{ . }}
{{- end }}
{{- range .earlierPublicKeys }}
- --earlier-log-public-key={{ $paths.logKey }}/{{ . }}
{{- end }}
- --log-key-reason={{ .reason }}
{{- end }}
{{- if $values.wrappingKey }}
- --wrapping-key={{ $paths.wrappingKey }}/{{ $values.wrappingKey.key }}
{{- end }}
{{- if include "safehaven.followsConsent" . }}
{{- range concat (list .root.Values.consent.logPublicKey.key) .root.Values.consent.logPublicKey.moreKeys | uniq }}
- --consent-log-public-key={{ $paths.consentLog }}/{{ . }}
{{- end }}
{{- end }}
{{- $context := . }}
{{- range $peer := index (include "safehaven.traffic" . | fromYaml) .component }}
- --{{ $peer }}={{ include "safehaven.address" (dict "root" $context.root "component" $peer) }}
{{- end }}
{{- if eq .component "gateway" }}
- --http-listen=0.0.0.0:{{ $ports.https }}
- --web-certificate={{ $paths.web }}/{{ $values.web.keys.certificate }}
- --web-key={{ $paths.web }}/{{ $values.web.keys.key }}
- --public-url={{ $values.publicUrl }}
- --issuer={{ $values.oidc.issuer }}
- --client-id={{ $values.oidc.clientId }}
- --audience={{ $values.oidc.audience }}
{{- if $values.oidc.clientSecret.existingSecret }}
- --client-secret-file={{ $paths.clientSecret }}/{{ $values.oidc.clientSecret.key }}
{{- end }}
{{- if $values.oidc.authorities.existingSecret }}
- --issuer-authorities={{ $paths.issuerAuthorities }}/{{ $values.oidc.authorities.key }}
{{- end }}
{{- end }}
{{- with $values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
The command line's context in the test pod: where the services are and whose keys it
has. Its key folder names files by program, so the volume maps the Secret's keys to them.
*/}}
{{- define "safehaven.testContext" -}}
profile: production
trust_domain: {{ .Values.trustDomain }}
keys: /etc/safehaven/keys
{{- $context := . }}
{{- range $peer := index (include "safehaven.traffic" . | fromYaml) "test" }}
{{ $peer }}: {{ include "safehaven.address" (dict "root" $context "component" $peer) }}
{{- end }}
{{- end }}
