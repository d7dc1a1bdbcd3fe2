/** Text of a server made fit for one log line: short, without line breaks and control characters, without secrets. */

const jwt = /\bey[\w-]{8,}(\.[\w-]*)*/g;
const bearer = /\b(bearer)\s+[^\s"',;]+/gi;

/** `secrets`: what must not appear, in plain or escaped form; empty ones are ignored. */
export function oneLine(text: string, secrets: readonly string[] = [], maxLength = 120): string {
  // A server's megabyte is not worth scanning for one line.
  let line = text.slice(0, 16 * 1024);
  for (const secret of secrets) {
    if (secret === '') continue;
    const form = new URLSearchParams([['', secret]]).toString().slice(1);
    for (const spelling of new Set([secret, form, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      line = line.replaceAll(spelling, '***');
    }
  }
  line = line.replace(jwt, '***').replace(bearer, '$1 ***');
  // eslint-disable-next-line no-control-regex
  line = line.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
