/** Allow and deny lists of exact names or globs with `*`. */

export interface AllowDeny {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Deny wins; an empty allow list allows all. */
export function allows(lists: AllowDeny, name: string): boolean {
  if (lists.deny.some((pattern) => matches(pattern, name))) return false;
  return lists.allow.length === 0 || lists.allow.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  const parts = pattern.split('*');
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = name.indexOf(part, from);
    if (at < 0 || at + part.length > name.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}
