/**
 * Concern: the user that docs/security.md describes reads what the page says and nothing else, on a real server with
 * authentication on; wrong passwords, revoked permissions and ended tokens each have their own failure, and mend by themselves.
 */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FailureReason, type Stage, stages } from '../../../src/model.ts';
import { dialectFor } from '../../../src/nacos/detect.ts';
import { supportedStages } from '../../../src/nacos/dialects/dialect.ts';
import { type Beating, keepBeating } from '../../lab/beats.ts';
import { type LabCluster, startCluster } from '../../lab/cluster.ts';
import { type LabConfig, publish, unpublish } from '../../lab/configs.ts';
import { type RunningExporter, startExporter } from '../../lab/exporter.ts';
import { type Scrape, seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { type TemporaryFolder, temporaryFolder } from '../../lab/guard.ts';
import { admin } from '../../lab/home.ts';
import { createNamespace, type Instance, initAdmin, login } from '../../lab/registry.ts';
import { missing, skipWithReason } from '../../lab/tools.ts';
import { changePassword, createUser, grant, revoke, type User } from '../../lab/users.ts';
import { type LabVersion, labVersions } from '../../lab/versions.ts';
import { sleep, until } from '../../lab/wait.ts';
import { followers, namespacePermission, type Need, needs, permissionsOf, watchedNamespaces } from './privileges.ts';

/** Seconds; renewed after four fifths of it. */
const tokenLife = 6;
const lives = 4;
const poll = { interval: '1s', liveness_interval: '1s', slow_interval: '2s', rare_interval: '2s', connect_timeout: '1s', timeout: '3s' };
const monitor: User = { username: 'monitor', password: 'Of-the-monitor-1' };
const changedPassword = 'Of-the-monitor-2';
/** May log in, and has a role without any permission. */
const stranger: User = { username: 'stranger', password: 'Of-the-stranger-1' };

/** What became of each stage: `ok`, `unsupported`, or the reasons for which it failed of late. */
type Fates = Readonly<Partial<Record<Stage, string>>>;

/** 3.x is not asked without credentials for what it guards. */
const openStages = supportedStages(dialectFor('3.1.0', { openOnly: true })!);
const openOnly: Fates = Object.fromEntries(stages.map((stage) => [stage, openStages.has(stage) ? 'ok' : 'unsupported']));

export function leastPrivilegeSuite(version: LabVersion): void {
  const skipped = skipWithReason(`least privilege on Nacos ${version}`, missing());
  describe.skipIf(skipped)(`least privilege on Nacos ${version}, one real node with authentication on`, () => {
    let cluster: LabCluster;
    let folder: TemporaryFolder;
    let exporter: RunningExporter;
    let beating: Beating;
    let node: string;

    beforeAll(async () => {
      folder = await temporaryFolder('nacos-passwords');
      cluster = await startCluster({ version, nodes: 1, lane: labVersions.indexOf(version), properties: {
        'nacos.core.auth.enabled': 'true',
        'nacos.core.auth.default.token.expire.seconds': String(tokenLife),
        'nacos.core.auth.plugin.nacos.token.expire.seconds': String(tokenLife),
        // Of 2.2.1 and later: a login brings the same token again until less than a tenth of its life is left.
        'nacos.core.auth.plugin.nacos.token.cache.enable': 'true',
      } });
      const [server] = cluster.nodes;
      node = server!.address;
      await initAdmin(server!);
      await login(server!);
      for (const namespace of watchedNamespaces.filter((id) => id !== 'public')) await createNamespace(server!, namespace);
      beating = keepBeating(cluster.nodes, watchedNamespaces.map((namespace): Instance => ({ namespace, group: 'DEFAULT_GROUP', service: 'orders', ip: '10.9.0.1', port: 9500 })));
      await createUser(server!, monitor, permissionsOf(version));
      await createUser(server!, stranger, []);
      await keepPassword(monitor.password);
      exporter = await start(monitor);
    }, 600_000);
    afterAll(async () => {
      await exporter?.stop();
      await beating?.stop();
      await cluster?.stop();
      await folder?.remove();
    });

    const passwordFile = (): string => join(folder.path, 'monitor');

    /** As a secret is rotated: never half written. */
    async function keepPassword(password: string): Promise<void> {
      await writeFile(`${passwordFile()}.new`, `${password}\n`, { mode: 0o600 });
      await rename(`${passwordFile()}.new`, passwordFile());
    }

    function start(user: User | undefined, settings: object = {}): Promise<RunningExporter> {
      const auth = user === undefined ? {} : { auth: user === monitor ? { username: user.username, password_file: passwordFile() } : { username: user.username, password_file: '$DIR/password' } };
      return startExporter({
        config: { clusters: [{ name: 'lab', servers: cluster.nodes.map(({ url }) => url), ...auth, poll, ...settings }] },
        files: { password: `${user?.password ?? ''}\n` },
      });
    }

    /** Over a few polls, so that each stage was due at least once. */
    async function fatesOf(asked: RunningExporter, wanted: readonly Stage[]): Promise<Fates> {
      const before = await asked.scrape();
      await sleep(5_000);
      const after = await asked.scrape();
      return Object.fromEntries(wanted.map((stage) => [stage, fateOf(before, after, node, stage)]));
    }

    /** As expected as soon as it is so, else what was seen last: users and permissions reach the server's own memory on a timer of 15 s. */
    async function settled(asked: RunningExporter, expected: Fates): Promise<Fates> {
      for (const deadline = Date.now() + 90_000; ;) {
        const seen = await fatesOf(asked, stages.filter((stage) => stage in expected));
        if (JSON.stringify(seen) === JSON.stringify(expected) || Date.now() > deadline) return seen;
      }
    }

    const everything = fatesBy(version, () => true, 'forbidden');
    const open = (need: Need): boolean => need === 'open';
    const withoutLogin = fatesBy(version, open, 'auth');

    it('lets the documented user read every stage that the page promises, and gives it the registry', async () => {
      expect(await settled(exporter, everything)).toEqual(everything);
      const scrape = await exporter.scrape();
      for (const namespace_id of watchedNamespaces) expect(valueOf(scrape, 'nacos_instances', { nacos_node: node, namespace_id })).toBe(1);
    });

    it('shows an administrator no stage more', async () => {
      const other = await start(admin);
      try {
        expect(await settled(other, everything)).toEqual(everything);
      } finally {
        await other.stop();
      }
    });

    it('calls `forbidden` whatever asks for a permission that a user has not, and reads the rest', async () => {
      const other = await start(stranger);
      try {
        const refused = fatesBy(version, open, 'forbidden');
        expect(await settled(other, refused)).toEqual(refused);
        expect(valueOf(await other.scrape(), 'nacos_node_up', { nacos_node: node })).toBe(1);
      } finally {
        await other.stop();
      }
    });

    it('reads what is open without any user', async () => {
      const other = await start(undefined);
      try {
        const closed = version === '3.1.0' ? openOnly : withoutLogin;
        expect(await settled(other, closed)).toEqual(closed);
      } finally {
        await other.stop();
      }
    });

    it('compares configurations with the same permissions, and asks for none where it may not read the namespaces', async () => {
      const config: LabConfig = { namespace: 'orders', group: 'DEFAULT_GROUP', dataId: 'of-orders', content: 'a=1' };
      await publish(cluster.nodes[0]!, config);
      const started = [monitor, stranger].map((user) => start(user, { config_check: { enabled: true, requests_per_minute: 600 } }));
      try {
        const [documented, other] = await Promise.all(started);
        await until('compared', 30_000, async () => {
          const seen = await documented!.scrape();
          return watchedNamespaces.every((namespace_id) => valueOf(seen, 'nacos_config_divergent_items', { nacos_node: node, namespace_id }) === 0) ? true : undefined;
        });
        expect(sumOf(await documented!.scrape(), 'nacos_exporter_requests_total', { api: 'config', code: '200' })).toBeGreaterThan(0);
        expect(documented!.logs()).not.toContain('configurations could not be read');
        const seen = await other!.scrape();
        expect(seriesOf(seen, 'nacos_config_divergent_items')).toEqual([]);
        expect(sumOf(seen, 'nacos_exporter_requests_total', { api: 'config_list' })).toBe(0);
        expect(sumOf(seen, 'nacos_poll_failures_total', { stage: 'counts', reason: 'forbidden' })).toBeGreaterThan(0);
      } finally {
        for (const one of await Promise.allSettled(started)) if (one.status === 'fulfilled') await one.value.stop();
        await unpublish(cluster.nodes[0]!, config);
      }
    });

    it(`renews the token through ${lives} lives of it: no reading fails, no series is missing`, async () => {
      const before = await exporter.scrape();
      const gaps: string[] = [];
      const deadline = Date.now() + lives * tokenLife * 1000;
      while (Date.now() < deadline) {
        const seen = await exporter.scrape();
        for (const [stage, fate] of Object.entries(everything)) {
          if (fate === 'ok' && valueOf(seen, 'nacos_poll_success', { nacos_node: node, stage }) !== 1) gaps.push(`${stage} failed`);
        }
        for (const namespace_id of watchedNamespaces) {
          if (valueOf(seen, 'nacos_instances', { nacos_node: node, namespace_id }) !== 1) gaps.push(`no instances of ${namespace_id}`);
        }
        await sleep(250);
      }
      const after = await exporter.scrape();
      const grew = (name: string, labels: Readonly<Record<string, string>>): number => sumOf(after, name, labels) - sumOf(before, name, labels);
      expect(gaps).toEqual([]);
      expect(grew('nacos_poll_failures_total', {})).toBe(0);
      // 3.1.0's cache brings tokens with less than a second left, and the server may be the first to notice.
      expect(grew('nacos_exporter_requests_total', { code: '403' })).toBeLessThanOrEqual(version === '3.1.0' ? lives + 1 : 0);
      expect(grew('nacos_exporter_requests_total', { api: 'login' })).toBeGreaterThanOrEqual(lives);
      expect(grew('nacos_exporter_requests_total', { api: 'login' })).toBeLessThanOrEqual(3 * lives);
    });

    it('calls a revoked permission `forbidden`, and reads again once it is granted', async () => {
      const revoked = namespacePermission('public');
      await revoke(cluster.nodes[0]!, monitor, revoked);
      // What another namespace holds is still read, and each stage says that it lacks one.
      const refused = fatesBy(version, (need) => need !== 'namespace', 'forbidden');
      expect(await settled(exporter, refused)).toEqual(refused);
      // One failed reading keeps the last value.
      const scrape = await until('no instances of public', 10_000, async () => {
        const seen = await exporter.scrape();
        return seriesOf(seen, 'nacos_instances', { namespace_id: 'public' }).length === 0 ? seen : undefined;
      });
      expect(valueOf(scrape, 'nacos_node_up', { nacos_node: node })).toBe(1);
      expect(valueOf(scrape, 'nacos_instances', { nacos_node: node, namespace_id: 'orders' })).toBe(1);
      expect(exporter.logs()).toContain('the user lacks the permission');
      await grant(cluster.nodes[0]!, monitor, revoked);
      expect(await settled(exporter, everything)).toEqual(everything);
      expect(valueOf(await exporter.scrape(), 'nacos_instances', { nacos_node: node, namespace_id: 'public' })).toBe(1);
    });

    it('calls a password that the server no longer takes `auth`, and reads again once the file holds the new one', async () => {
      const pid = exporter.pid;
      await changePassword(cluster.nodes[0]!, monitor, changedPassword);
      expect(await settled(exporter, withoutLogin)).toEqual(withoutLogin);
      expect(valueOf(await exporter.scrape(), 'nacos_node_up', { nacos_node: node })).toBe(1);
      expect(exporter.logs()).not.toContain(monitor.password);
      await keepPassword(changedPassword);
      expect(await settled(exporter, everything)).toEqual(everything);
      expect(exporter.pid).toBe(pid);
      expect(exporter.logs()).not.toContain(changedPassword);
    });

    it('starts with a wrong password as `auth`, and reads everything once the file is mended', async () => {
      await keepPassword('none-of-the-monitor');
      const other = await start(monitor);
      try {
        expect(await settled(other, withoutLogin)).toEqual(withoutLogin);
        await keepPassword(changedPassword);
        expect(await settled(other, everything)).toEqual(everything);
      } finally {
        await other.stop();
      }
    });
  });
}

/** By the table: `ok` where the need is granted. Where it is not, what only follows from other readings is left out. */
function fatesBy(version: LabVersion, granted: (need: Need) => boolean, otherwise: FailureReason | 'unsupported'): Fates {
  return Object.fromEntries(stages.flatMap((stage): [Stage, string][] => {
    const need = needs[version][stage];
    if (need === 'none') return [[stage, 'unsupported']];
    if (granted(need)) return [[stage, 'ok']];
    return followers[version].includes(stage) ? [] : [[stage, otherwise]];
  }));
}

function fateOf(before: Scrape, after: Scrape, nacos_node: string, stage: Stage): string {
  const success = valueOf(after, 'nacos_poll_success', { nacos_node, stage });
  if (success === undefined) return valueOf(after, 'nacos_poll_supported', { nacos_node, stage }) === 0 ? 'unsupported' : 'not read';
  const failed = seriesOf(after, 'nacos_poll_failures_total', { nacos_node, stage })
    .filter(({ labels, value }) => value > (valueOf(before, 'nacos_poll_failures_total', { nacos_node, stage, reason: labels.get('reason')! }) ?? 0))
    .map(({ labels }) => labels.get('reason')!).join(', ');
  if (success === 0) return failed;
  return failed === '' ? 'ok' : `ok, after ${failed}`;
}
