{{/* The pod, alike in Deployment and StatefulSet. */}}
{{- define "nacos-exporter.pod" -}}
metadata:
  labels:
    {{- include "nacos-exporter.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if or .Values.restartOnConfigChange .Values.podAnnotations }}
  annotations:
    {{- if .Values.restartOnConfigChange }}
    checksum/config: {{ include "nacos-exporter.configFile" . | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  serviceAccountName: {{ include "nacos-exporter.serviceAccountName" . }}
  automountServiceAccountToken: false
  # Else a Service of this name would add variables that begin like the exporter's own.
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: nacos-exporter
      image: {{ include "nacos-exporter.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - --config.file=/etc/nacos-exporter/config/nacos-exporter.yml
        - --web.listen-address=:18848
        {{- if .Values.webConfig.secretName }}
        - --web.config.file=/etc/nacos-exporter/web/{{ .Values.webConfig.key }}
        {{- end }}
        {{- if gt (int .Values.shards) 1 }}
        - --total-shards={{ int .Values.shards }}
        {{- end }}
        {{- range .Values.extraArgs }}
        - {{ . | quote }}
        {{- end }}
      {{- if gt (int .Values.shards) 1 }}
      env:
        # The pod's name, which ends in the shard's number.
        - name: NACOS_EXPORTER_SHARD
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
      {{- end }}
      {{- with .Values.secretEnvironments }}
      envFrom:
        {{- range . }}
        - secretRef:
            name: {{ . }}
        {{- end }}
      {{- end }}
      ports:
        - name: http
          containerPort: 18848
          protocol: TCP
      livenessProbe:
        {{- include "nacos-exporter.probe" (dict "web" .Values.webConfig "path" "/-/healthy") | trim | nindent 8 }}
        {{- toYaml .Values.livenessProbe | nindent 8 }}
      readinessProbe:
        {{- include "nacos-exporter.probe" (dict "web" .Values.webConfig "path" "/-/ready") | trim | nindent 8 }}
        {{- toYaml .Values.readinessProbe | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/nacos-exporter/config
          readOnly: true
        {{- if .Values.webConfig.secretName }}
        - name: web
          mountPath: /etc/nacos-exporter/web
          readOnly: true
        {{- end }}
        {{- range $i, $name := .Values.secretMounts }}
        - name: secret-{{ $i }}
          mountPath: /etc/nacos-exporter/secrets/{{ $name }}
          readOnly: true
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "nacos-exporter.fullname" . }}
    {{- with .Values.webConfig.secretName }}
    - name: web
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- range $i, $name := .Values.secretMounts }}
    - name: secret-{{ $i }}
      secret:
        secretName: {{ $name }}
        defaultMode: 0440
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
