/** The words of a page, and times as they are read at one moment: an instant in UTC, and how long ago that is. */

import { html, type Html } from './html.ts';
import type { Language } from './language.ts';
import { en, type Texts } from './texts-en.ts';
import { zh } from './texts-zh.ts';

export interface Words {
  readonly language: Language;
  readonly t: Texts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `21:34:05`, with the date where it is another day's. */
  clock(at: number): string;
  /** The same with the age behind it. */
  time(at: number): Html;
}

const all: Readonly<Record<Language, Texts>> = { en, zh };

export function wordsIn(language: Language, now: number): Words {
  const t = all[language];
  const clock = (at: number): string => {
    const iso = new Date(at).toISOString();
    return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  };
  return {
    language, t, now, clock,
    time: (at) => html`<time datetime="${new Date(at).toISOString()}">${clock(at)}</time> <span class="dim">${t.ago(t.age(Math.max(0, Math.floor((now - at) / 1000))))}</span>`,
  };
}
