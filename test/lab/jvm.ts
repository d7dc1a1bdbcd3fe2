/** The command line of one Nacos JVM. Sized so that three of them boot on two cores beside a test run. */

import { join } from 'node:path';
import type { Distribution } from './distribution.ts';

/** What Nacos 1.x and 2.0, written for Java 8, reach into; without util.concurrent.atomic a persistent registration on 2.0.4 is a 500. */
const opened = [
  'java.lang', 'java.lang.invoke', 'java.lang.reflect', 'java.io', 'java.math', 'java.net', 'java.nio', 'java.text', 'java.time',
  'java.util', 'java.util.concurrent', 'java.util.concurrent.atomic', 'java.util.concurrent.locks', 'sun.nio.ch', 'sun.security.util',
];

export interface JvmOptions {
  readonly home: string;
  readonly cluster: boolean;
}

export function jvmArguments(distribution: Distribution, options: JvmOptions): string[] {
  const conf = join(options.home, 'conf');
  return [
    '-Xms64m', '-Xmx300m', '-Xss512k', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1',
    ...opened.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    '-Djava.net.preferIPv4Stack=true',
    '-Duser.timezone=UTC',
    `-Duser.home=${options.home}`,
    `-Djava.io.tmpdir=${join(options.home, 'tmp')}`,
    `-Dnacos.home=${options.home}`,
    '-Dnacos.server.ip=127.0.0.1',
    '-Dnacos.preferHostnameOverIp=false',
    '-Dnacos.member.list=',
    options.cluster ? '-DembeddedStorage=true' : '-Dnacos.standalone=true',
    '-Dnacos.deployment.type=merged',
    `-Dspring.config.additional-location=file:${conf}/`,
    `-Dlogging.config=${join(conf, 'lab-logback.xml')}`,
    '-cp', [conf, ...distribution.classPath].join(':'),
    distribution.release.mainClass,
  ];
}
