/** What must hold before a version goes out, as functions of the files' contents. Each returns one sentence a mistake. */

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly version?: string;
  /** By folder; that of the project itself is the empty text. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** SPDX identifiers that may be shipped under Apache-2.0 without a duty beyond naming them. */
export const allowedLicences: ReadonlySet<string> = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'Unlicense', 'Python-2.0']);

/** True if a choice of the expression is allowed; `AND` needs all of its parts. */
export function licenceAllowed(expression: string): boolean {
  return expression.replaceAll(/[()]/g, '').split(' OR ').some((choice) => choice.split(' AND ').every((id) => allowedLicences.has(id.trim())));
}

/** What is installed by `npm install nacos-exporter`, by folder. */
export function shipped(lock: Lockfile): readonly (readonly [string, LockedPackage])[] {
  return Object.entries(lock.packages).filter(([folder, one]) => folder !== '' && one.dev !== true && one.devOptional !== true);
}

export function licenceProblems(lock: Lockfile): readonly string[] {
  return shipped(lock).flatMap(([folder, { license }]) => {
    if (license === undefined) return [`${folder}: no licence in package-lock.json`];
    return licenceAllowed(license) ? [] : [`${folder}: licence ${license} is not on the list`];
  });
}

export interface Release {
  readonly changelog: string;
  /** Of package.json. */
  readonly version: string;
  readonly lock: Lockfile;
  /** Of the commit that goes out, such as `v0.2.0`; undefined between releases, when the newest section may be `Unreleased`. */
  readonly tag?: string;
}

/** Headings of the changelog's sections, newest first: `Unreleased`, or `0.2.0 / 2026-03-01`. */
export function sections(changelog: string): readonly { readonly title: string; readonly entries: number }[] {
  return changelog.split(/^## /m).slice(1).map((text) => ({ title: text.slice(0, text.indexOf('\n')).trim(), entries: text.match(/^- \[(CHANGE|FEATURE|ENHANCEMENT|BUGFIX|SECURITY)\] /gm)?.length ?? 0 }));
}

export function releaseProblems({ changelog, version, lock, tag }: Release): readonly string[] {
  const all = sections(changelog);
  const own = all.find(({ title }) => title === version || title.startsWith(`${version} / `));
  const [newest] = all;
  const locked = lock.packages['']?.version;
  return [
    ...(lock.version === version && locked === version ? [] : [`package-lock.json says ${String(lock.version)} and ${String(locked)}, package.json ${version}: run npm install --package-lock-only`]),
    ...(own === undefined && (tag !== undefined || newest?.title !== 'Unreleased') ? [`CHANGELOG.md has no section ${version}`] : []),
    ...(newest !== undefined && newest.title !== 'Unreleased' && newest !== own ? [`the newest section of CHANGELOG.md is ${newest.title}, package.json says ${version}`] : []),
    ...(tag !== undefined && own !== undefined && !/^\S+ \/ \d{4}-\d{2}-\d{2}$/.test(own.title) ? [`the section ${own.title} of CHANGELOG.md has no date`] : []),
    ...(own !== undefined && own.entries === 0 ? [`the section ${own.title} of CHANGELOG.md is empty`] : []),
    ...(tag !== undefined && tag !== `v${version}` ? [`the tag is ${tag}, package.json says ${version}`] : []),
  ];
}

/** Optional packages, natives of other platforms as a rule, that the lockfile lacks: npm 11's `npm ci` refuses it, older ones install nothing there. */
export function missingPlatforms(lock: Lockfile, name: string): readonly string[] {
  const optional = lock.packages[`node_modules/${name}`]?.optionalDependencies ?? {};
  return Object.keys(optional).filter((one) => lock.packages[`node_modules/${one}`] === undefined);
}
