/**
 * Feishu, DingTalk and WeCom as a bot's address sees them: they check the signature by the published algorithm, the size
 * and the form of a message, and answer as the services do. On a free port of loopback.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';

import { startFakeServer, type FakeRequest } from './fake-server.ts';

export type ChatService = 'feishu' | 'dingtalk' | 'wecom';

export interface ChatMessage {
  /** When it was accepted, milliseconds. */
  readonly at: number;
  /** The parsed body. */
  readonly body: unknown;
  /** Every text in it, one a line, as a person would look for a word in it. */
  readonly text: string;
  readonly bytes: number;
}

export interface FakeChat {
  /** The bot's address, with its token. */
  readonly url: string;
  readonly token: string;
  /** What was accepted, oldest first. */
  readonly messages: readonly ChatMessage[];
  /** Answers given, refusals included. */
  readonly answers: readonly ChatAnswer[];
  /** The next answers, whatever is sent. */
  answerNext(...answers: readonly ChatAnswer[]): void;
  close(): Promise<void>;
}

export interface ChatAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeChatOptions {
  /** With it a message without the right signature is refused. */
  readonly secret?: string;
  readonly now?: () => number;
}

const token = 'bot-token-31b7c5';
const hour = 3_600_000;

export async function startFakeChat(service: ChatService, { secret, now = Date.now }: FakeChatOptions = {}): Promise<FakeChat> {
  const messages: ChatMessage[] = [];
  const answers: ChatAnswer[] = [];
  const next: ChatAnswer[] = [];
  const { path, examine } = services[service];

  function answerTo(request: FakeRequest): ChatAnswer {
    const refusal = next.shift() ?? (request.url.startsWith(path) ? examine(request, secret, now()) : { status: 404, body: {} });
    if (refusal !== undefined) return refusal;
    const body: unknown = JSON.parse(request.body);
    messages.push({ at: now(), body, text: textsIn(body).join('\n'), bytes: Buffer.byteLength(request.body) });
    return { status: 200, body: service === 'feishu' ? { code: 0, msg: 'success', data: {} } : { errcode: 0, errmsg: 'ok' } };
  }

  const server = await startFakeServer((request) => ({ response }) => {
    const answer = answerTo(request);
    answers.push(answer);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
  });
  return { url: `http://127.0.0.1:${server.port}${path}`, token, messages, answers, answerNext: (...more) => void next.push(...more), close: server.close };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

interface Service {
  readonly path: string;
  /** Why a message is refused. */
  examine(request: FakeRequest, secret: string | undefined, now: number): ChatAnswer | undefined;
}

const hmac = (key: string, message: string): Buffer => createHmac('sha256', Buffer.from(key, 'utf8')).update(Buffer.from(message, 'utf8')).digest();

function isSigned(given: string, wanted: Buffer): boolean {
  const bytes = Buffer.from(given, 'base64');
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  return JSON.parse(body) as Readonly<Record<string, unknown>>;
}

const services: Readonly<Record<ChatService, Service>> = {
  feishu: {
    path: `/open-apis/bot/v2/hook/${token}`,
    examine(request, secret, now) {
      const { timestamp = '', sign = '', msg_type: type, card } = parsed(request.body) as { timestamp?: string; sign?: string; msg_type?: string; card?: unknown };
      const refused = (code: number, msg: string): ChatAnswer => ({ status: 200, body: { code, msg, data: {} } });
      const isFresh = Math.abs(now - Number(timestamp) * 1000) < hour;
      if (secret !== undefined && !(isFresh && isSigned(sign, hmac(`${timestamp}\n${secret}`, '')))) return refused(19_021, 'sign match fail or timestamp is not within one hour from current time');
      if (Buffer.byteLength(request.body) > 20_000 || type !== 'interactive' || !isCard(card)) return refused(9499, 'Bad Request');
      return undefined;
    },
  },
  dingtalk: {
    path: `/robot/send?access_token=${token}`,
    examine(request, secret, now) {
      const [timestamp, sign] = [request.query.get('timestamp') ?? '', request.query.get('sign') ?? ''];
      const refused = (errcode: number, errmsg: string): ChatAnswer => ({ status: 200, body: { errcode, errmsg } });
      if (request.query.get('access_token') !== token) return refused(300_001, 'token is not exist');
      const isFresh = Math.abs(now - Number(timestamp)) < hour;
      if (secret !== undefined && !(isFresh && isSigned(sign, hmac(secret, `${timestamp}\n${secret}`)))) return refused(310_000, 'sign not match');
      const { msgtype, markdown } = parsed(request.body) as { msgtype?: string; markdown?: { title?: unknown; text?: unknown } };
      if (Buffer.byteLength(request.body) > 20_000) return refused(460_101, 'message too long');
      return msgtype === 'markdown' && typeof markdown?.title === 'string' && typeof markdown.text === 'string' ? undefined : refused(400_105, 'unsupported msgtype');
    },
  },
  wecom: {
    path: `/cgi-bin/webhook/send?key=${token}`,
    examine(request) {
      const refused = (errcode: number, errmsg: string): ChatAnswer => ({ status: 200, body: { errcode, errmsg } });
      if (request.query.get('key') !== token) return refused(93_000, 'invalid webhook url');
      const { msgtype, markdown } = parsed(request.body) as { msgtype?: string; markdown?: { content?: unknown } };
      if (msgtype !== 'markdown' || typeof markdown?.content !== 'string') return refused(40_008, 'invalid message type');
      return Buffer.byteLength(markdown.content) > 4096 ? refused(40_058, 'markdown.content exceed max length 4096') : undefined;
    },
  },
};

const isCard = (card: unknown): boolean => {
  const { header, elements } = (card ?? {}) as { header?: { title?: { content?: unknown } }; elements?: unknown };
  return typeof header?.title?.content === 'string' && Array.isArray(elements) && elements.length > 0;
};
