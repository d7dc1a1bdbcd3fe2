/**
 * The promise that watching changes nothing, kept in one place: every request passes here before it is sent. Some of
 * Nacos's changing operations are GETs, so the method alone does not tell. A breach is a bug of this program.
 */

/** Logging in is the only POST. */
const loginPaths = new Set(['/v1/auth/login', '/v1/auth/users/login', '/v3/auth/user/login']);

interface Ban {
  readonly what: string;
  readonly matches: (path: string, query: URLSearchParams) => boolean;
}

const bans: readonly Ban[] = [
  // 2.0+: moves or drops client connections, by GET.
  { what: 'rebalances connections', matches: (path) => /\/loader\/(reload|smartreload)/.test(path) },
  { what: 'runs operations of the core or the config store', matches: (path) => /\/(core|cs)\/ops(\/|$)/.test(path) },
  { what: 'speaks the peer protocol', matches: (path) => /\/distro\//.test(path) && !path.endsWith('/distro/datums') },
  { what: 'changes how members are found', matches: (path) => /\/(lookup|switch\/lookup)(\/|$)/.test(path) },
  // `/v1/cs/listener`, `/v1/cs/configs/listener`, `/v3/admin/cs/listener`: one read, and the node asks all others.
  { what: 'asks the whole cluster who listens', matches: (path) => /\/cs\/(\w+\/)?listener$/.test(path) },
  { what: 'reads a configuration meant for chosen clients', matches: (path, query) => path.includes('/cs/') && (path.endsWith('/beta') || query.has('beta')) },
  { what: 'exports configurations', matches: (path, query) => path.includes('/cs/') && /^true$/i.test(query.get('export') ?? query.get('exportv2') ?? '') },
  // The counters of pushes are everybody's: a reset blinds all other readers.
  { what: 'resets counters', matches: (_path, query) => query.has('reset') },
  // A port above 0 makes Nacos push to us as to a client.
  { what: 'subscribes', matches: (_path, query) => query.getAll('udpport').some((port) => Number(port) !== 0) },
  // Without it one read makes the node ask all others.
  { what: 'asks the whole cluster', matches: (path, query) => path.endsWith('/subscribers') && query.get('aggregation') !== 'false' },
  {
    what: 'writes a credential into access logs',
    matches: (_path, query) => ['username', 'password', 'accesstoken', 'access_token'].some((name) => query.has(name)),
  },
];

/** A request that must never be sent; thrown before anything is. */
export class UnsafeCallError extends Error {
  readonly code = 'NACOS_UNSAFE_CALL';

  constructor(method: string, path: string, why: string) {
    super(`refused to send ${method} ${path.split('?', 1)[0]}: ${why}`);
    this.name = 'UnsafeCallError';
  }
}

/** `path` is below the context path, with query. */
export function assertReadOnly(method: string, path: string): void {
  const refuse = (why: string): never => {
    throw new UnsafeCallError(method, path, why);
  };
  const mark = path.indexOf('?');
  const bare = mark < 0 ? path : path.slice(0, mark);
  // Escapes, matrix parameters, dots and double slashes could hide a banned path from the patterns below.
  if (!/^(\/[\w-]+(\.[\w-]+)*)+\/?$/.test(bare)) refuse('the path is not in plain form');
  if (method === 'POST') {
    if (mark >= 0 || !loginPaths.has(bare)) refuse('only a login may be posted');
    return;
  }
  if (method !== 'GET') refuse('it is neither a read nor a login');
  const lower = bare.toLowerCase().replace(/\/$/, '');
  const query = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1))) query.append(name.toLowerCase(), value);
  for (const ban of bans) {
    if (ban.matches(lower, query)) refuse(`it ${ban.what}`);
  }
}
