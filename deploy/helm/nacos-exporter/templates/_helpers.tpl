{{- define "nacos-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for the suffixes of its objects, a StatefulSet's controller-revision label among them. */}}
{{- define "nacos-exporter.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "nacos-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nacos-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "nacos-exporter.labels" -}}
{{ include "nacos-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "nacos-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "nacos-exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "nacos-exporter.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "nacos-exporter.telemetryPath" -}}
{{- dig "web" "telemetry_path" "/metrics" .Values.config }}
{{- end }}

{{- define "nacos-exporter.configFile" -}}
{{- toYaml .Values.config }}
{{- end }}

{{/* TLS or a password on the listener is more than the HTTP probe of a kubelet can do. */}}
{{- define "nacos-exporter.probe" -}}
{{- if .web.secretName }}
exec:
  command: [/usr/local/bin/node, /app/health.mjs]
{{- else }}
httpGet:
  path: {{ .path }}
  port: http
{{- end }}
{{- end }}
