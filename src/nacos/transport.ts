/**
 * The one way out of the house: a request to one node, an answer as it came. The client above it knows statuses,
 * envelopes and tokens; a transport knows sockets only, so tests put the simulated cluster in its place.
 */

export interface WireRequest {
  /** All but reads and logins are the canary's. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with context and query: `/nacos/v1/ns/operator/switches`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What was sent once may be sent again, as every GET. */
  readonly repeatable?: boolean;
  /** Whole exchange, milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Milliseconds from sending to the response's headers. */
  readonly headersMs: number;
  readonly durationMs: number;
}

/** Speaks to one node. A failure is a thrown `NacosError` with its reason. */
export interface Transport {
  request(request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
}
