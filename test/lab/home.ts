/** A node's home folder: configuration, member list, logging with a cap, the embedded database's SQL. */

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Distribution } from './distribution.ts';
import { consoleOffset } from './ports.ts';
import type { Release } from './versions.ts';

export type Properties = Readonly<Record<string, string>>;

/** Accepted on every server API of a node in place of a token; clients of the lab send it always. */
export const identity = { key: 'labIdentity', value: 'labIdentityValue' } as const;

/** User of every cluster: created by the SQL up to 2.x, by the first call of `initAdmin` on 3.x. */
export const admin = { username: 'nacos', password: 'nacos' } as const;

export interface NodeLayout {
  readonly home: string;
  readonly port: number;
  /** `ip:port` of all members; one alone means standalone. */
  readonly members: readonly string[];
  /** Added to the defaults below, or instead of them. */
  readonly properties: Properties;
}

export async function writeHome(distribution: Distribution, layout: NodeLayout): Promise<void> {
  const conf = join(layout.home, 'conf');
  for (const folder of ['conf', 'logs', 'data', 'tmp']) await mkdir(join(layout.home, folder), { recursive: true });
  const properties = { ...defaults(distribution.release, layout), ...layout.properties };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(conf, 'application.properties'), lines.join(''));
  await writeFile(join(conf, 'lab-logback.xml'), logback(join(layout.home, 'logs')));
  if (layout.members.length > 1) await writeMembers(layout.home, layout.members);
  for (const file of await readdir(distribution.sql)) {
    if (file.endsWith('.sql')) await copyFile(join(distribution.sql, file), join(conf, file));
  }
}

/** A running node watches this file and takes in what changes. */
export async function writeMembers(home: string, members: readonly string[]): Promise<void> {
  await writeFile(join(home, 'conf', 'cluster.conf'), `${members.join('\n')}\n`);
}

function defaults(release: Release, layout: NodeLayout): Properties {
  const common = {
    'server.address': '127.0.0.1',
    'nacos.inetutils.ip-address': '127.0.0.1',
    'management.endpoints.web.exposure.include': '*',
    'server.tomcat.accesslog.enabled': 'false',
    'spring.main.banner-mode': 'off',
    'nacos.core.auth.system.type': 'nacos',
    'nacos.core.auth.enabled': 'false',
    'nacos.core.auth.server.identity.key': identity.key,
    'nacos.core.auth.server.identity.value': identity.value,
  };
  return release.generation === 3 ? { ...common, ...third(layout.port) } : { ...common, ...firstAndSecond(layout.port) };
}

function firstAndSecond(port: number): Properties {
  return {
    'server.port': String(port),
    'server.servlet.context-path': '/nacos',
    'server.contextPath': '/nacos',
    'management.metrics.export.elastic.enabled': 'false',
    'management.metrics.export.influx.enabled': 'false',
    'nacos.istio.mcp.server.enabled': 'false',
    'nacos.core.auth.enable.userAgentAuthWhite': 'false',
    'nacos.core.auth.default.token.expire.seconds': '18000',
    'nacos.core.auth.default.token.secret.key': 'SecretKeyOfTheLab'.padEnd(72, '0123456789'),
    'nacos.security.ignore.urls': '/,/error,/**/*.css,/**/*.js,/**/*.html,/console-fe/public/**,/v1/auth/**,/v1/console/health/**,/actuator/**,/v1/console/server/**',
  };
}

function third(port: number): Properties {
  return {
    'nacos.server.main.port': String(port),
    'nacos.server.contextPath': '/nacos',
    'nacos.console.port': String(port + consoleOffset),
    'nacos.console.contextPath': '',
    'nacos.core.auth.admin.enabled': 'true',
    'nacos.core.auth.console.enabled': 'true',
    'nacos.core.auth.plugin.nacos.token.expire.seconds': '18000',
    'nacos.core.auth.plugin.nacos.token.secret.key': Buffer.from('SecretKeyOfTheLab'.padEnd(48, '0123456789')).toString('base64'),
    'nacos.extension.naming.istio.enabled': 'false',
    // 3.1.0 gives up its start if the embedded store has no raft leader by the last try; the default does not last for three slow nodes.
    'nacos.namespace.migrate.retry.times': '120',
  };
}

/** One file and one predecessor, 10 MB each: a 2.0.4 node that lost the boot race writes gigabytes within minutes. */
function logback(folder: string): string {
  return `<configuration>
  <appender name="file" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>${folder}/nacos.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.FixedWindowRollingPolicy">
      <fileNamePattern>${folder}/nacos.log.%i</fileNamePattern><minIndex>1</minIndex><maxIndex>1</maxIndex>
    </rollingPolicy>
    <triggeringPolicy class="ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy"><maxFileSize>10MB</maxFileSize></triggeringPolicy>
    <encoder><pattern>%d %-5level %logger{30} %msg%n</pattern></encoder>
  </appender>
  <logger name="org.apache.tomcat" level="ERROR"/>
  <logger name="org.apache.catalina" level="ERROR"/>
  <root level="INFO"><appender-ref ref="file"/></root>
</configuration>
`;
}
