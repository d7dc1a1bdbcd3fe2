/**
 * A release on disk: its jars resolved from Maven Central, the SQL of the embedded database, a compiled launcher.
 * Kept in a cache folder outside the repository, under a key of what went into it, and put there by one rename, so
 * that two processes that resolve at once do not meet.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Artifact, type LabVersion, type Release, releaseOf } from './versions.ts';

const run = promisify(execFile);

export interface Distribution {
  readonly release: Release;
  /** Entries of a Java class path, in the order that works. */
  readonly classPath: readonly string[];
  /** Folder with the embedded database's `.sql` files, named as a server wants them in its `conf`. */
  readonly sql: string;
}

export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.NACOS_LAB_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nacos-exporter-lab');
}

const launcherSource = fileURLToPath(new URL('launcher/MergedServer.java', import.meta.url));

export async function resolveDistribution(version: LabVersion): Promise<Distribution> {
  const release = releaseOf(version);
  const launcher = await readFile(launcherSource, 'utf8');
  const key = createHash('sha256').update(pom(release)).update(launcher).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `${version}-${key}`);
  if (!existsSync(folder)) {
    await mkdir(cacheFolder(), { recursive: true });
    const work = await mkdtemp(join(cacheFolder(), `.${version}-`));
    try {
      await fill(work, release);
      await rename(work, folder).catch(async (error: unknown) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return { release, classPath: await classPathOf(folder), sql: join(folder, 'sql') };
}

async function fill(folder: string, release: Release): Promise<void> {
  const lib = join(folder, 'lib');
  const sql = join(folder, 'sql');
  const classes = join(folder, 'classes');
  await Promise.all([lib, sql, classes].map((made) => mkdir(made)));
  await writeFile(join(folder, 'pom.xml'), pom(release));
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
  await tool('mvn', ['-q', '-B', goal, `-DoutputDirectory=${lib}`, '-DincludeScope=runtime'], folder);
  const jars = (await readdir(lib)).map((name) => join(lib, name));
  for (const jar of jars.filter((name) => /nacos-(config|console)-/.test(name))) {
    // `jar` leaves out, without an error, what the archive has not.
    await tool('jar', ['xf', jar, 'META-INF/schema.sql', 'META-INF/derby-schema.sql'], sql);
  }
  for (const file of await readdir(join(sql, 'META-INF'))) await rename(join(sql, 'META-INF', file), join(sql, file));
  if (release.mainClass.startsWith('lab.')) {
    await tool('javac', ['-nowarn', '-cp', jars.join(':'), '-d', classes, launcherSource], folder);
  }
}

/** A failure carries what the tool printed. */
async function tool(command: string, args: readonly string[], cwd: string): Promise<void> {
  await run(command, [...args], { cwd, maxBuffer: 16 << 20 }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    const printed = `${error.stdout ?? ''}\n${error.stderr ?? ''}`.split('\n').filter((line) => /error/i.test(line));
    throw new Error(`${command} ${args[0]}: ${printed.slice(0, 3).join(' | ') || error.message}`, { cause: error });
  });
}

async function classPathOf(folder: string): Promise<string[]> {
  const lib = join(folder, 'lib');
  const jars = (await readdir(lib)).toSorted();
  // Two hessians hold the same classes; with com.alipay.sofa's (3.x) before com.caucho's (4.x) Nacos 3 dies of NoSuchMethodError.
  const first = jars.filter((name) => name.startsWith('hessian-4'));
  return [join(folder, 'classes'), ...first.map((name) => join(lib, name)), join(lib, '*')];
}

function pom(release: Release): string {
  const coordinates = (artifact: Artifact): string =>
    `<groupId>${artifact.group}</groupId><artifactId>${artifact.name}</artifactId><version>${artifact.version}</version>`;
  const wanted = release.artifacts.map((artifact) => `<dependency>${coordinates(artifact)}</dependency>`);
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>lab</groupId><artifactId>nacos-${release.version}</artifactId><version>1</version><packaging>pom</packaging>
<dependencyManagement><dependencies>
<dependency>${coordinates(release.bom)}<type>pom</type><scope>import</scope></dependency>
</dependencies></dependencyManagement>
<dependencies>
${wanted.join('\n')}
</dependencies>
</project>
`;
}
