{{- define "tektra.labels" -}}
app.kubernetes.io/name: tektra
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "tektra.meta" -}}
name: {{ .root.Release.Name }}-{{ .part }}
labels:
  {{- include "tektra.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "tektra.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{- define "tektra.secret" -}}
{{ .Values.existingSecret | default (printf "%s-keys" .Release.Name) }}
{{- end }}

{{/* No pod asks the cluster for anything, runs as root, or writes but where it keeps things. */}}
{{- define "tektra.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "tektra.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "tektra.env" -}}
- {name: ROS_DOMAIN_ID, value: {{ .Values.ros.domainId | quote }}}
- {name: ROS_AUTOMATIC_DISCOVERY_RANGE, value: SUBNET}
- {name: ROS_DISCOVERY_SERVER, value: "{{ .Release.Name }}-discovery:{{ .Values.discovery.port }}"}
{{- end }}

{{/* Fast DDS carries images through /dev/shm: 64 MB do not hold eleven segments of 16 MiB. */}}
{{- define "tektra.mounts" -}}
- {name: data, mountPath: /data}
- {name: parameters, mountPath: /etc/tektra, readOnly: true}
- {name: tmp, mountPath: /tmp}
- {name: shm, mountPath: /dev/shm}
{{- end }}

{{- define "tektra.volumes" -}}
- name: parameters
  configMap: {name: {{ .root.Release.Name }}-{{ .part }}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
- name: shm
  emptyDir: {medium: Memory, sizeLimit: 1Gi}
{{- end }}
