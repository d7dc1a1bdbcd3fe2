import { describe, expect, it } from 'vitest';
import { UnsafeCallError, assertReadOnly } from '../../src/nacos/read-only.ts';

describe('is allowed', () => {
  it.each([
    ['GET', '/v1/ns/catalog/services?withInstances=false&pageNo=1&pageSize=20000&namespaceId=public'],
    ['GET', '/v1/ns/operator/metrics?onlyStatus=false'],
    ['GET', '/v1/ns/operator/switches'],
    ['GET', '/v1/ns/push/state?detail=false'],
    ['GET', '/v1/ns/instance/list?serviceName=a%40%40b&udpPort=0'],
    ['GET', '/v1/ns/distro/datums'],
    ['GET', '/v1/ns/service/subscribers?aggregation=false&serviceName=reset'],
    ['GET', '/v1/ns/upgrade/ops/metrics?json=true'],
    ['GET', '/v2/core/loader/current'],
    ['GET', '/v3/admin/ns/ops/metrics'],
    ['GET', '/v3/admin/core/cluster/node/list'],
    ['GET', '/v1/cs/configs?search=accurate&dataId=&group=&tenant=&pageNo=1&pageSize=100'],
    ['GET', '/v1/cs/configs?dataId=beta&group=listener&tenant=export'],
    ['GET', '/v3/admin/cs/config/list?search=accurate&dataId=&groupName=&namespaceId=public&pageNo=1&pageSize=100'],
    ['GET', '/v3/client/cs/config?dataId=a&groupName=b&namespaceId=public'],
    ['GET', '/v1/raft/metrics'],
    ['GET', '/actuator/prometheus'],
    ['POST', '/v1/auth/login'],
    ['POST', '/v1/auth/users/login'],
    ['POST', '/v3/auth/user/login'],
  ])('%s %s', (method, path) => {
    expect(() => assertReadOnly(method, path)).not.toThrow();
  });
});

describe('is refused', () => {
  it.each([
    ['PUT', '/v1/ns/operator/switches?entry=pushEnabled&value=false'],
    ['DELETE', '/v1/ns/instance'],
    ['PUT', '/v1/ns/distro/datum'],
    ['POST', '/v1/core/ops/raft'],
    ['POST', '/v1/ns/instance'],
    ['POST', '/v1/auth/users'],
    ['POST', '/v3/auth/user/admin'],
    ['POST', '/v1/auth/login?username=a&password=b'],
    ['GET', '/v1/ns/push/state?reset=true'],
    ['GET', '/v1/ns/push/state?detail=false&RESET=false'],
    ['GET', '/v1/ns/push/state?%72eset=true'],
    ['GET', '/v2/core/loader/reloadCurrent?count=1'],
    ['GET', '/v2/core/loader/reloadClient?connectionId=1'],
    ['GET', '/v2/core/loader/smartReload'],
    ['GET', '/v2/core/loader/smartReloadCluster'],
    ['GET', '/v3/admin/core/loader/reloadCurrent'],
    ['GET', '/v3/admin/core/loader/smartReloadCluster'],
    ['GET', '/V2/CORE/LOADER/SMARTRELOAD'],
    ['GET', '/v2/core/loader;x=1/smartReload'],
    ['GET', '/v2/core/loader/%73martReload'],
    ['GET', '/v2/core/x/../loader/reloadCurrent'],
    ['GET', '/v2/core//loader/current'],
    ['GET', '/v1/cs/ops/localCache'],
    ['GET', '/v1/cs/ops/derby?sql=select'],
    ['GET', '/v1/cs/listener?ip=10.0.0.1'],
    ['GET', '/v1/cs/configs/listener?dataId=a&group=b'],
    ['POST', '/v1/cs/configs/listener'],
    ['GET', '/v3/admin/cs/listener?ip=10.0.0.1'],
    ['GET', '/v3/admin/cs/config/listener?dataId=a&groupName=b'],
    ['GET', '/v1/cs/configs?beta=true&dataId=a&group=b'],
    ['GET', '/v3/admin/cs/config/beta?dataId=a&groupName=b'],
    ['GET', '/v1/cs/configs?export=true&group=&tenant='],
    ['GET', '/v1/cs/configs?exportV2=true&group=&tenant='],
    ['POST', '/v1/cs/configs'],
    ['DELETE', '/v1/cs/configs?dataId=a&group=b'],
    ['GET', '/v1/core/ops/raft'],
    ['GET', '/v3/admin/core/ops/log'],
    ['GET', '/v1/ns/distro/datum?keys=a'],
    ['GET', '/v1/ns/distro/checksum?source=a'],
    ['GET', '/v1/core/cluster/switch/lookup?type=file'],
    ['GET', '/v1/ns/instance/list?serviceName=a&udpPort=55000'],
    ['GET', '/v1/ns/instance/list?serviceName=a&udpPort=0&udpPort=55000'],
    ['GET', '/v1/ns/service/subscribers?serviceName=a'],
    ['GET', '/v1/ns/catalog/services?accessToken=abc'],
    ['GET', '/v1/ns/catalog/services?access_token=abc'],
    ['GET', '/v1/ns/catalog/services?username=a&password=b'],
    ['GET', 'http://elsewhere/v1/ns/operator/switches'],
    ['GET', '//elsewhere/v1/ns/operator/switches'],
    ['GET', ''],
  ])('%s %s', (method, path) => {
    expect(() => assertReadOnly(method, path)).toThrow(expect.objectContaining({ code: 'NACOS_UNSAFE_CALL' }));
  });

  it('without repeating the query, which may hold a secret', () => {
    expect(() => assertReadOnly('GET', '/v1/x?password=s3cret')).toThrow(UnsafeCallError);
    expect(() => assertReadOnly('GET', '/v1/x?password=s3cret')).not.toThrow(/s3cret/);
  });
});
