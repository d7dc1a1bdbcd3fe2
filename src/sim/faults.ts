/** Ways in which a node answers badly. A test installs them on a node, for all requests or for some. */

/** What happens on the wire beyond a status and a body. */
export type WireFault = 'refused' | 'hang' | 'reset' | 'truncated' | 'malformed';

export type FaultKind =
  | { readonly kind: 'hang' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'reset' }
  /** The right answer, `delayMs` late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Half of the body, then the connection is closed. */
  | { readonly kind: 'half' }
  /** `HTTP/1.1 0`, as Nacos writes for a wrong password. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string; readonly contentType?: string }
  /** 200 without a body, as 3.x answers when a filter throws. */
  | { readonly kind: 'empty' }
  /** A proxy's page with status 200. */
  | { readonly kind: 'html' }
  | { readonly kind: 'redirect'; readonly location: string }
  /** Another member answers at this node's address. */
  | { readonly kind: 'member'; readonly index: number }
  /** A body of so many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** The right status with this body instead. */
  | { readonly kind: 'body'; readonly body: string };

export type Fault = FaultKind & {
  /** Only requests whose path below the context starts so, or matches, with its query or without. */
  readonly path?: string | RegExp;
  /** Only every so-manieth matching request is hit: 1 for all, the default. */
  readonly every?: number;
  /** After so many hits it is over. */
  readonly times?: number;
};

interface Hits {
  seen: number;
  hit: number;
}

/** Hit counters live beside the faults: the same fault may be installed twice. */
export type FaultMemory = WeakMap<Fault, Hits>;

/** The fault that hits this request, if any; counts it. */
export function faultFor(faults: ReadonlySet<Fault>, memory: FaultMemory, path: string, query = ''): Fault | undefined {
  for (const fault of faults) {
    if (typeof fault.path === 'string' && !path.startsWith(fault.path)) continue;
    if (fault.path instanceof RegExp && !fault.path.test(path) && !fault.path.test(path + query)) continue;
    const hits = memory.get(fault) ?? { seen: 0, hit: 0 };
    memory.set(fault, hits);
    if (hits.hit >= (fault.times ?? Infinity)) continue;
    hits.seen += 1;
    if (hits.seen % (fault.every ?? 1) !== 0) continue;
    hits.hit += 1;
    return fault;
  }
  return undefined;
}
