/** The one error the client throws: a stable code (the failure reason), a line for the log, no secret in either. */

import type { Failure, FailureReason } from '../model.ts';

export class NacosError extends Error {
  readonly reason: FailureReason;
  readonly httpStatus?: number;

  constructor(reason: FailureReason, message: string, options: { httpStatus?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NacosError';
    this.reason = reason;
    if (options.httpStatus !== undefined) this.httpStatus = options.httpStatus;
  }
}

/** The server has no such API and says so in the way that the call foresaw: nothing failed. */
export class MissingApi extends Error {}

/** A thrown error as data; what is not a `NacosError` is a bug in a decoder and counts as `decode`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof NacosError) {
    return { reason: error.reason, detail: error.message, ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }) };
  }
  return { reason: 'decode', detail: error instanceof Error ? error.message : String(error) };
}
