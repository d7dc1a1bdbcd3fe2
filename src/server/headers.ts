/** Headers of every answer: nothing is cached, sniffed, framed, or may load anything but the page's own style. */

import { createHash } from 'node:crypto';

/** The one style sheet, inline in every page and allowed by its hash. */
export const pageStyle = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse}
th,td{text-align:left;padding:.25rem .9rem .25rem 0;border-bottom:1px solid #ddd}.up{color:#176117}.down{color:#b00020;font-weight:600}.unknown{color:#666}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}a{color:#8ab4f8}th,td{border-color:#444}.up{color:#7bd88f}.down{color:#ff8a80}.unknown{color:#999}}`;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

export const commonHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
