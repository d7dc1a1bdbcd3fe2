/** Panels that Grafana keeps in its server, drawn plainly: states over time, and a heat map of a histogram's buckets. */

import type { DataFrame, Field } from '@grafana/data';
import { from, step, to } from './request';

interface Size {
  readonly frames: readonly DataFrame[];
  readonly width: number;
  readonly height: number;
}

const axisHeight = 20;
/** Of eleven pixels' height. */
const letterWidth = 6.5;

const position = (left: number, width: number, ms: number): number => left + (width - left) * (ms / 1000 - from) / (to - from);

interface Stretch {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
  readonly color: string;
}

/** Equal values that follow each other are one. */
function stretches(time: Field, value: Field): readonly Stretch[] {
  const all: Stretch[] = [];
  time.values.forEach((at: number, i: number) => {
    const { text, color = '#888', suffix = '' } = value.display!(value.values[i]);
    const last = all.at(-1);
    const one = { begin: at, end: at + step * 1000, text: text + suffix, color };
    if (last !== undefined && last.end >= at && last.text === one.text) all[all.length - 1] = { ...one, begin: last.begin };
    else all.push(one);
  });
  return all;
}

export function StateTimeline({ frames, width, height }: Size) {
  const rows = frames.map((frame) => ({ name: frame.fields[1]!.config.displayName ?? frame.fields[1]!.config.displayNameFromDS ?? frame.name ?? '', parts: stretches(frame.fields[0]!, frame.fields[1]!) }));
  const left = Math.min(width / 3, 12 + letterWidth * Math.max(0, ...rows.map(({ name }) => name.length)));
  const rowHeight = (height - axisHeight) / Math.max(1, rows.length);
  const clipped = { overflow: 'hidden', whiteSpace: 'nowrap', textOverflow: 'ellipsis' } as const;
  return (
    <svg width={width} height={height} style={{ font: '11px Inter' }}>
      {rows.map(({ name, parts }, row) => (
        <g key={row}>
          <foreignObject x={4} y={row * rowHeight + rowHeight / 2 - 8} width={left - 8} height={16}><div style={{ ...clipped, color: '#ccccdc', textAlign: 'right' }}>{name}</div></foreignObject>
          {parts.map(({ begin, end, text, color }) => {
            const x = Math.max(left, position(left, width, begin));
            const wide = Math.min(width, position(left, width, end)) - x;
            return (
              <g key={begin}>
                <rect x={x} y={row * rowHeight + 2} width={Math.max(1, wide)} height={rowHeight - 4} fill={color} fillOpacity={0.8} />
                {wide > letterWidth * text.length + 6 && <text x={x + 4} y={row * rowHeight + rowHeight / 2 + 4} fill="#fff">{text}</text>}
              </g>
            );
          })}
        </g>
      ))}
      {[0, 1, 2, 3, 4].map((i) => {
        const at = from + (to - from) * i / 4;
        return <text key={i} x={position(left, width, at * 1000)} y={height - 5} fill="#8e8e96" textAnchor={i === 4 ? 'end' : 'start'}>{new Date(at * 1000).toISOString().slice(11, 16)}</text>;
      })}
    </svg>
  );
}

const bound = (frame: DataFrame): number => Number(frame.fields[1]!.labels?.['le']?.replace('+Inf', 'Infinity') ?? Number.NaN);

export function HeatMap({ frames, width, height }: Size) {
  const left = 50;
  const buckets = [...frames].sort((a, b) => bound(a) - bound(b));
  const cells = buckets.flatMap((frame, row) => {
    const below = new Map<number, number>(row === 0 ? [] : buckets[row - 1]!.fields[0]!.values.map((at: number, i: number) => [at, buckets[row - 1]!.fields[1]!.values[i]]));
    return frame.fields[0]!.values.map((at: number, i: number) => ({ row, at, count: frame.fields[1]!.values[i] - (below.get(at) ?? 0) }));
  }).filter(({ count }) => count > 1e-9);
  const most = Math.max(0, ...cells.map(({ count }) => count));
  const rowHeight = (height - axisHeight) / Math.max(1, buckets.length);
  return (
    <svg width={width} height={height} style={{ font: '10px Inter' }}>
      {cells.map(({ row, at, count }) => (
        <rect key={`${row} ${at}`} x={position(left, width, at)} y={height - axisHeight - (row + 1) * rowHeight} width={(width - left) * step / (to - from) + 0.6} height={rowHeight - 0.5}
          fill={`hsl(${30 - 25 * count / most} 90% ${15 + 55 * Math.sqrt(count / most)}%)`} />
      ))}
      {buckets.map((frame, row) => <text key={row} x={2} y={height - axisHeight - row * rowHeight - 2} fill="#8e8e96">{frame.fields[1]!.labels?.['le']}</text>)}
    </svg>
  );
}
