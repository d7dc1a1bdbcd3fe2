/** Which language a reader gets: the one of the link, or the one that the browser likes best. */

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** `asked` is the `lang` of the link; an unknown one counts as none. English where neither says. */
export function languageOf(asked: string | undefined, acceptLanguage: string | undefined): Language {
  const known = languages.find((language) => language === asked);
  if (known !== undefined) return known;
  let best: { readonly language: Language; readonly weight: number } | undefined;
  for (const item of (acceptLanguage ?? '').slice(0, 1000).split(',')) {
    const [range = '', ...params] = item.trim().toLowerCase().split(';').map((part) => part.trim());
    const language = languages.find((one) => range === one || range.startsWith(`${one}-`));
    const weight = Number(params.find((param) => param.startsWith('q='))?.slice(2) ?? 1);
    // Of equals the first one stands.
    if (language !== undefined && weight > 0 && weight <= 1 && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'en';
}
