/** Style, script and icon under names that change with their content: a browser may keep them for good. */

import { createHash } from 'node:crypto';

import { liveScript } from './live-script.ts';
import { style } from './style.ts';

export interface Asset {
  /** Relative to the root. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f5fa8"/><path d="M4 12V4l8 8V4" fill="none" stroke="#fff" stroke-width="2"/></svg>`;

export const styleAsset = asset('page', 'css', 'text/css; charset=utf-8', style);
export const scriptAsset = asset('live', 'js', 'text/javascript; charset=utf-8', liveScript);
export const iconAsset = asset('icon', 'svg', 'image/svg+xml', icon);
export const assets: readonly Asset[] = [styleAsset, scriptAsset, iconAsset];

function asset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `assets/${name}-${hash}.${extension}`, type, body };
}
