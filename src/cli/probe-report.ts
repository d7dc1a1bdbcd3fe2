/** What `/probe?target=NAME&debug=true` answers: outcomes by node and stage, log lines, configuration, would-be series. */

import type { ClusterView, NodeView } from '../metrics/view.ts';
import { stages } from '../model.ts';
import type { RecentLine } from './recent-log.ts';

export interface ProbeReport {
  readonly view: ClusterView;
  readonly polled: boolean;
  readonly lazy: boolean;
  readonly log: readonly RecentLine[];
  /** Secrets masked. */
  readonly configYaml: string;
  /** Undefined while there is nothing to be served. */
  readonly series: string | undefined;
}

export function probeReport({ view, polled, lazy, log, configYaml, series }: ProbeReport): string {
  return [
    `cluster ${JSON.stringify(view.cluster)} at ${timeText(view.now)}`,
    lazy ? 'polled while somebody asks for it here; not served with the other clusters' : 'polled all the time; served with the other clusters too',
    polled ? `last taken in at ${timeText(view.snapshot.at)}` : 'no poll has been completed yet',
    '',
    'NODES', ...view.nodes.flatMap((node) => nodeLines(node, view.now)),
    '',
    'LOG', ...(log.length === 0 ? ['  nothing was logged of this cluster'] : log.map(lineText)),
    '',
    'CONFIGURATION', configYaml.trimEnd(),
    '',
    'SERIES', series === undefined ? '  none yet' : series.trimEnd(),
    '',
  ].join('\n');
}

function nodeLines({ name, node, up, standing }: NodeView, now: number): readonly string[] {
  const life = up === undefined ? 'not asked yet' : up ? `up, ${standing}` : 'down';
  const version = node.state?.version === undefined ? '' : `, version ${node.state.version}`;
  const lines = stages.flatMap((stage) => {
    const reading = node.stages[stage];
    if (reading === undefined) return [];
    const { outcome, at, durationMs } = reading;
    const asked = outcome.status === 'unsupported' ? '' : `  ${secondsText(now - at)} ago, took ${secondsText(durationMs)}`;
    const why = outcome.status === 'failed' ? `  ${outcome.reason}${outcome.httpStatus === undefined ? '' : ` (HTTP ${outcome.httpStatus})`}: ${outcome.detail}` : '';
    return [`    ${stage.padEnd(12)} ${outcome.status.padEnd(11)}${asked}${why}`];
  });
  return [`  ${name}: ${life}${version}${node.api === undefined ? '' : `, read as ${node.api}`}`, ...(lines.length === 0 ? ['    nothing was read yet'] : lines)];
}

function lineText({ at, level, message, data }: RecentLine): string {
  const more = JSON.stringify(data);
  return `  ${timeText(at)} ${level.padEnd(5)} ${message}${more === '{}' ? '' : ` ${more}`}`;
}

const timeText = (at: number): string => new Date(at).toISOString();
const secondsText = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;
