{{/*
{root, name, component, size}: stops an upgrade that Kubernetes would refuse half-way. A
StatefulSet's claims cannot change, so a changed size would leave the release failed;
this says before anything happens what to do. Sees nothing in an offline render, where
`lookup` finds nothing.
*/}}
{{- define "safehaven.refuseResize" -}}
{{- $installed := lookup "apps/v1" "StatefulSet" .root.Release.Namespace .name }}
{{- if $installed }}
{{- $size := (index $installed.spec.volumeClaimTemplates 0).spec.resources.requests.storage }}
{{- if ne (toString $size) (toString .size) }}
{{- fail (printf "%s.storage.size is %s in the values and %s in the cluster, and a StatefulSet's claims cannot change. To grow: 1. kubectl -n %s patch pvc state-%s-0 -p '{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"%s\"}}}}'; 2. kubectl -n %s delete statefulset %s --cascade=orphan (the pod and its data stay); 3. helm upgrade again." .component .size $size .root.Release.Namespace .name .size .root.Release.Namespace .name) }}
{{- end }}
{{- end }}
{{- end }}
