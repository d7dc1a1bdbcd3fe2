/** Reads as much of a PromQL expression as the static checks need, from its text alone: it shares nothing with the builder. */

export interface SelectorRead {
  readonly metric: string;
  readonly labels: readonly string[];
}

export interface ExpressionRead {
  readonly selectors: readonly SelectorRead[];
  /** Labels of `by`, `on` and `group_left`. */
  readonly grouping: readonly string[];
  /** Labels that label_replace or count_values makes. */
  readonly made: readonly string[];
  readonly comparisons: readonly string[];
  /** Windows in square brackets, with the function around each. */
  readonly windows: readonly { readonly of: string; readonly window: string }[];
}

const keywords = new Set(['by', 'on', 'group_left', 'group_right', 'and', 'or', 'unless', 'offset', 'bool', 'without', 'ignoring', 'inf', 'nan']);

export function readExpression(text: string): ExpressionRead {
  const strings: string[] = [];
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => `"${strings.push(quoted) - 1}"`);
  const unquote = (index: string): string => JSON.parse(strings[Number(index)]!) as string;
  const grouping = [...bare.matchAll(/\b(?:by|on|group_left|group_right)\s*\(([^)]*)\)/g)].flatMap(([, list]) => list!.split(',').map((label) => label.trim()).filter((label) => label !== ''));
  const made = [
    ...[...bare.matchAll(/,\s*"(\d+)",\s*"\d+",\s*"\d+",\s*"\d+"\s*\)/g)].map(([, index]) => unquote(index!)),
    ...[...bare.matchAll(/count_values\b[^"]*"(\d+)"/g)].map(([, index]) => unquote(index!)),
  ];
  const body = bare.replaceAll(/\b(?:by|on|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const selectors = [...body.matchAll(/(?<![\w":])([a-zA-Z_][\w:]*)(?!\w)\s*(\(|\{[^}]*\})?/g)]
    .filter(([, name, after]) => after !== '(' && !keywords.has(name!.toLowerCase()))
    .filter(({ index }) => !insideBraces(body, index) && !/[\d[:]$/.test(body.slice(0, index)))
    .map(([, metric, braces = '']) => ({ metric: metric!, labels: [...braces.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!) }));
  const outside = body.replaceAll(/\{[^}]*\}/g, '');
  return {
    selectors, grouping, made,
    comparisons: outside.match(/[=!]=|[<>]=?/g) ?? [],
    windows: [...outside.matchAll(/(\w+)\([^()[\]]*\[(\w+)\]/g)].map(([, of, window]) => ({ of: of!, window: window! })),
  };
}

function insideBraces(text: string, index: number): boolean {
  const before = text.slice(0, index);
  return before.lastIndexOf('{') > before.lastIndexOf('}');
}
