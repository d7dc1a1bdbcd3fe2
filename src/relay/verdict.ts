/** What a service's answer means. All three answer 200 to a refusal too; the result is a code in the body. */

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
  /** Of `Retry-After` or Feishu's `x-ogw-ratelimit-reset`. */
  readonly retryAfterMs?: number;
}

/** The failure, where no answer came, holds no secret. */
export type Posted = ServiceAnswer | { readonly failure: string };

export type Verdict =
  | { readonly result: 'sent' }
  /** Worth another try; `throttled` if others had better wait as well. */
  | { readonly result: 'again'; readonly reason: string; readonly throttled: boolean }
  /** Will be no better in a second: signature, keyword, address, or a message the service cannot read. */
  | { readonly result: 'refused'; readonly reason: string };

export interface Codes {
  /** Fields of the body that hold the result, the first that is there counts. */
  readonly fields: readonly string[];
  isThrottled(code: number, message: string): boolean;
  /** The service's own trouble. */
  isBusy(code: number): boolean;
}

export const feishuCodes: Codes = {
  fields: ['code', 'StatusCode'],
  // 9499 is "too many request", and "Bad Request" as well.
  isThrottled: (code, message) => code === 11_232 || code === 230_020 || code === 99_991_400 || (code === 9499 && /too many/i.test(message)),
  isBusy: (code) => code === 2200,
};

export const dingtalkCodes: Codes = {
  // Its gateway answers `{"status":1111,"wait":5,"punish":"deny"}`, at times without an errcode.
  fields: ['errcode', 'status'],
  isThrottled: (code) => code === 130_101 || code === 410_100 || code === 1111,
  isBusy: (code) => code === -1,
};

export const wecomCodes: Codes = {
  fields: ['errcode'],
  isThrottled: (code) => code === 45_009 || code === 45_033,
  isBusy: (code) => code === -1,
};

export function judge({ status, body }: ServiceAnswer, codes: Codes): Verdict {
  const { code, message } = resultOf(body, codes);
  const reason = code === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${code}${message === '' ? '' : `: ${message}`}`;
  if (status === 429 || (code !== undefined && codes.isThrottled(code, message))) return { result: 'again', reason, throttled: true };
  if (status >= 500 || status === 408 || (code !== undefined && codes.isBusy(code))) return { result: 'again', reason, throttled: false };
  if (status >= 200 && status < 300 && code === 0) return { result: 'sent' };
  return { result: 'refused', reason: status < 300 && code === undefined ? `${reason} without a result code` : reason };
}

function resultOf(body: string, codes: Codes): { readonly code: number | undefined; readonly message: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { code: undefined, message: '' };
  }
  if (typeof raw !== 'object' || raw === null) return { code: undefined, message: '' };
  const fields = raw as Readonly<Record<string, unknown>>;
  const code = codes.fields.map((name) => fields[name]).find((value) => typeof value === 'number');
  const message = ['msg', 'StatusMessage', 'errmsg'].map((name) => fields[name]).find((value) => typeof value === 'string');
  return { code: code as number | undefined, message: (message as string | undefined) ?? '' };
}
