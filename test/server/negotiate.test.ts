import { expect, it } from 'vitest';

import { acceptsGzip, negotiateFormat } from '../../src/server/negotiate.ts';

const om = 'application/openmetrics-text';

it.each([
  [undefined, 'text'], ['', 'text'], ['*/*', 'text'], ['application/*', 'text'], ['text/html,*/*;q=0.8', 'text'], ['application/json', 'text'],
  [om, 'openmetrics'], [`${om};version=1.0.0;charset=utf-8`, 'openmetrics'], [`${om}; version="1.0.0"`, 'openmetrics'], [om.toUpperCase(), 'openmetrics'],
  [`${om};version=0.0.1`, 'text'], [`${om};q=0`, 'text'], [`${om};q=nonsense`, 'text'],
  [`${om};version=1.0.0,${om};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`, 'openmetrics'],
  [`${om};version=1.0.0;escaping=allow-utf-8;q=0.5,${om};version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`, 'openmetrics'],
  [`${om};q=0.5,text/plain`, 'text'], [`${om};q=0.5,*/*`, 'text'], [`${om};q=0.5, text/plain;q=0.5`, 'openmetrics'],
  [`${om};q=0.5,text/plain;q=0.2,*/*`, 'openmetrics'],
] as const)('Accept: %s gets %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});

it.each([
  [undefined, false], ['', false], ['gzip', true], ['GZIP', true], ['x-gzip', true], ['deflate, gzip;q=1.0, *;q=0.5', true], ['*', true], ['*;q=0', false],
  ['gzip;q=0', false], ['gzip;q=0, *', false], ['identity', false], ['br, deflate', false], ['gzip;q=0.5, identity', false], ['gzip;q=0.5, identity;q=0.1', true],
  ['gzip ; q=0.001', true],
])('Accept-Encoding: %s takes gzip: %s', (accept, gzip) => {
  expect(acceptsGzip(accept)).toBe(gzip);
});
