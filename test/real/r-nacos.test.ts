import { describe, expect, it } from 'vitest';
import { keepBeating } from '../lab/beats.ts';
import { startExporter } from '../lab/exporter.ts';
import { createNamespace, register } from '../lab/registry.ts';
import { rnacosBinary, startRnacos } from '../lab/rnacos.ts';
import { beating, secondNamespace } from '../lab/seed.ts';
import { bothTables } from './suite/counts.ts';
import { exporterOptions } from './suite/stage.ts';

const binary = rnacosBinary();
if (binary === undefined) process.stderr.write('SKIPPED r-nacos: no `rnacos` on the path, and RNACOS_BIN names none\n');

describe.skipIf(binary === undefined)('r-nacos, one real node', () => {
  it("says of each namespace what the node's own catalog says", async () => {
    const server = await startRnacos(binary!);
    await createNamespace(server.node, secondNamespace);
    for (const instance of beating) await register(server.node, instance);
    const beats = keepBeating([server.node], beating);
    const exporter = await startExporter(exporterOptions([server.node], 'open'));
    try {
      const { exported, own } = await bothTables({ cluster: { nodes: [server.node] }, exporter });
      expect(exported).toEqual(own);
      expect(Object.values(own).map(({ instances }) => instances)).toEqual([17, 2]);
    } finally {
      await exporter.stop();
      await beats.stop();
      await server.stop();
    }
  });
});
