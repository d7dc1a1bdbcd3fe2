/** Mistakes as data: a stable code, the place, one sentence. No message ever holds a secret's value. */

/** Every code with what it stands for; the reference prints this list. */
export const issueCodes = {
  unknown_flag: 'no such flag',
  missing_value: 'a flag without its value',
  repeated_flag: 'a flag given more than once that takes one value',
  unexpected_argument: 'an argument that is not a flag',
  file_unreadable: 'a file named in the configuration cannot be read',
  yaml_syntax: 'the file is not valid YAML',
  duplicate_key: 'a key written twice in one mapping',
  unknown_key: 'no such key',
  missing_key: 'a key that must be there',
  wrong_type: 'a value of another type than the key takes',
  empty_value: 'a key, list or text with nothing in it',
  bad_choice: 'a value outside the list of allowed ones',
  bad_duration: 'not a duration such as 500ms, 15s, 5m or 1h',
  bad_size: 'not a size such as 64MB or 16MiB',
  bad_server: 'not a server address such as http://host:8848/nacos',
  bad_address: 'not a listen address such as :18848 or 127.0.0.1:18848',
  bad_path: 'not a usable URL path',
  bad_url: 'not a usable web address',
  bad_pattern: 'not a name or a glob with *',
  bad_name: 'not a usable name',
  bad_pem: 'a file that should hold PEM data and does not',
  out_of_range: 'a number, size or duration outside its range',
  no_cluster: 'no cluster to watch',
  clusters_and_servers: 'clusters in the file and servers by flag or environment at once',
  duplicate_name: 'two clusters of one name',
  duplicate_server: 'a server twice in one cluster',
  incomplete_auth: 'half of a pair of credentials',
  incomplete_tls: 'a client certificate without its key, or the reverse',
  incomplete_relay: 'a signing key of a chat channel without the address of its bot',
  bad_tls: 'TLS settings of our own listener that do not fit together',
  bad_hash: 'not a bcrypt hash',
  secret_conflict: 'more than one source for one secret',
  secret_unreadable: 'a secret whose source is missing, unreadable or empty',
  secret_in_file: 'warning: a secret written into the configuration itself',
  shared_server: 'warning: a server in two clusters',
  insecure_tls: 'warning: server certificates are not verified',
  unused_tls: 'warning: TLS settings for a cluster without https servers',
  overridden_flag: 'warning: a flag or variable that a cluster of the file overrides',
  unknown_variable: 'warning: an environment variable with the prefix of this program that it does not know',
} as const;

export type IssueCode = keyof typeof issueCodes;

/** Where a value was written. */
export interface Origin {
  /** Path in the file (`clusters[0].poll.interval`), flag (`--poll.interval`) or environment variable. */
  readonly path: string;
  readonly file?: string;
  /** Both count from 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface ConfigIssue extends Origin {
  readonly code: IssueCode;
  readonly message: string;
}

/** A mistake that does not know its place yet. */
export interface Mistake {
  readonly code: IssueCode;
  readonly message: string;
}

export type Parsed<T> = { readonly value: T } | { readonly mistake: Mistake };

export function wrong(code: IssueCode, message: string): { readonly mistake: Mistake } {
  return { mistake: { code, message } };
}

export function issueAt(origin: Origin, code: IssueCode, message: string): ConfigIssue {
  return { ...origin, code, message };
}

/** `file:line:column: path: message (code)`, as editors and CI logs link it. */
export function formatIssue(issue: ConfigIssue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(':');
  return [place, issue.path, `${issue.message} (${issue.code})`].filter((part) => part !== '').join(': ');
}

/** In reading order, without the repetitions that inheritance by several clusters brings. */
export function sortIssues(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const unique = new Map(issues.map((issue) => [formatIssue(issue), issue]));
  return [...unique.values()].toSorted((a, b) =>
    Number(a.file === undefined) - Number(b.file === undefined) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
