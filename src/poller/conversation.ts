/** Which dialect a node speaks, found out, kept, and doubted: a rolling upgrade changes it under us. */

import type { ServerState, StageValues } from '../model.ts';
import type { NodeClient, Reply } from '../nacos/client.ts';
import { detect } from '../nacos/detect.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';

/** 3.x that was read without credentials is asked again this often whether its admin API has been opened. */
const askOpenAgainMs = 300_000;
/** What looked like a missing API makes us ask again who is there, this often at most. */
const doubtPauseMs = 60_000;

export interface Conversation {
  readonly dialect: () => Dialect | undefined;
  readonly state: () => ServerState | undefined;
  /** An API was missing that the dialect promises: the next check detects anew. */
  readonly doubt: () => void;
  /** The liveness call, with detection where it is needed. Throws where nothing answered. */
  readonly live: () => Promise<{ readonly value: StageValues['liveness']; readonly reply?: Reply<unknown> }>;
}

export interface ConversationDeps {
  readonly client: NodeClient;
  readonly hasCredentials: boolean;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Another dialect is spoken now: what was due under the old one means nothing. */
  readonly onChange: () => void;
}

export function createConversation(deps: ConversationDeps): Conversation {
  const { client, now } = deps;
  let dialect: Dialect | undefined;
  let state: ServerState | undefined;
  let detectedAt = 0;
  let doubted = false;

  async function find(): Promise<Dialect> {
    const found = await detect(client, { hasCredentials: deps.hasCredentials });
    if (dialect?.api !== found.dialect.api) deps.onChange();
    dialect = found.dialect;
    state = found.state;
    detectedAt = now();
    doubted = false;
    return dialect;
  }

  function askAgain(): boolean {
    const age = now() - detectedAt;
    return (doubted && age > doubtPauseMs) || (dialect?.api === 'v3-open' && age > askOpenAgainMs);
  }

  return {
    dialect: () => dialect,
    state: () => state,
    doubt: () => {
      doubted = true;
    },
    async live() {
      const current = dialect === undefined || askAgain() ? await find() : dialect;
      const reply = await client.call(current.liveness, { timeoutMs: deps.timeoutMs });
      const seen = reply.value.state;
      if (seen === undefined && (reply.status === 404 || reply.status === 410 || reply.status === 501)) doubted = true;
      if (seen === undefined || seen.version === state?.version) return { value: reply.value, reply };
      await find();
      return { value: { ...reply.value, ...(state === undefined ? {} : { state }) }, reply };
    },
  };
}
