/** Addresses: of a Nacos node (`http[s]://host:port[/context]`) and of our own listener (`[host]:port`). */

import type { ServerAddress } from './config.ts';
import { wrong, type Parsed } from './issues.ts';

const defaultPort = 8848;
const defaultContext = '/nacos';

const ipv6Form = /^\[[0-9A-Fa-f:.]+(?:%25[\w.-]+)?\]$/;
// Compose and Kubernetes names may hold underscores.
const nameForm = /^(?=.{1,253}$)[A-Za-z0-9_](?:[\w-]*\w)?(?:\.[A-Za-z0-9_](?:[\w-]*\w)?)*\.?$/;

function hostProblem(host: string): string | undefined {
  if (host === '') return 'the host is missing';
  if (host.startsWith('[')) return ipv6Form.test(host) ? undefined : `${host} is not an IPv6 address in brackets`;
  if (/^[\d.]+$/.test(host)) {
    const octets = host.split('.');
    const valid = octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
    return valid ? undefined : `${host} is not an IPv4 address`;
  }
  return nameForm.test(host) ? undefined : `"${host}" is not a host name or address`;
}

function portProblem(port: string, least: number): string | undefined {
  if (port === '') return 'the port after the colon is missing';
  if (!/^\d{1,5}$/.test(port)) return `port "${port}" is not a number`;
  return Number(port) < least || Number(port) > 65_535 ? `port ${port} is not between ${least} and 65535` : undefined;
}

/** Splits at the last colon outside brackets; the port is undefined where there is no colon. */
function splitAuthority(authority: string): { host: string; port: string | undefined } {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority);
  return parts === null ? { host: authority, port: undefined } : { host: parts[1]!, port: parts[2] };
}

function contextProblem(context: string): string | undefined {
  if (context.includes('//')) return 'the context path holds an empty segment';
  if (!/^[\w./~-]*$/.test(context)) return 'the context path may hold letters, digits and . _ ~ - only';
  return /\/v[123](?:\/|$)/.test(context) ? 'give the context path alone, without the API path after it' : undefined;
}

/** Of a text that may hold credentials or a token nothing is repeated. */
function refuse(text: string, problem: string): Parsed<never> {
  return wrong('bad_server', /[@?#]/.test(text) ? problem : `"${text}": ${problem}`);
}

/** Port 8848 and context `/nacos` unless told otherwise; a bare trailing `/` is the root context. */
export function parseServer(text: string): Parsed<ServerAddress> {
  if (text === '') return wrong('bad_server', 'the address is empty');
  if (text.includes('@')) return refuse(text, 'credentials do not belong in an address; put them under auth');
  if (/[?#]/.test(text)) return refuse(text, 'an address has no query and no fragment');
  if (/[\s,]/.test(text)) return refuse(text, 'an address holds no blanks and no commas; give each server an entry of its own');
  const [, scheme, rest] = /^(?:([A-Za-z][\w+.-]*):\/\/)?(.*)$/.exec(text)!;
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return refuse(text, `scheme ${scheme} is not supported; use http or https`);
  if (scheme === undefined && rest!.startsWith('//')) return refuse(text, 'the scheme is missing; write http:// or https://');
  if (scheme === undefined && /^https?:(?!\d)/i.test(rest!)) return refuse(text, 'the scheme must be followed by //, as in http://host:8848');

  const slash = rest!.indexOf('/');
  const authority = slash < 0 ? rest! : rest!.slice(0, slash);
  const context = slash < 0 ? defaultContext : rest!.slice(slash);
  if (!authority.startsWith('[') && authority.split(':').length > 2) return refuse(text, 'put an IPv6 address into brackets, as in [::1]:8848');
  const { host, port = String(defaultPort) } = splitAuthority(authority);
  const problem = hostProblem(host) ?? portProblem(port, 1) ?? contextProblem(context);
  if (problem !== undefined) return refuse(text, problem);
  return {
    value: {
      scheme: scheme?.toLowerCase() === 'https' ? 'https' : 'http',
      host,
      port: Number(port),
      contextPath: context.replace(/\/$/, ''),
    },
  };
}

/** The full form, which `parseServer` reads back to the same address. */
export function formatServer(server: ServerAddress): string {
  return `${server.scheme}://${server.host}:${server.port}${server.contextPath === '' ? '/' : server.contextPath}`;
}

export interface ListenAddress {
  /** Without brackets, as a socket wants it; absent for every interface. */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export function parseListenAddress(text: string): Parsed<ListenAddress> {
  if (/^\d+$/.test(text)) return wrong('bad_address', `"${text}": a port needs a colon before it, as in :${text}`);
  const { host, port } = splitAuthority(text);
  if (port === undefined) return wrong('bad_address', `"${text}": the port is missing; write [host]:port, such as :18848`);
  const problem = (host === '' ? undefined : hostProblem(host)) ?? portProblem(port, 0);
  if (problem !== undefined) return wrong('bad_address', `"${text}": ${problem}`);
  return { value: { ...(host === '' ? {} : { host: host.replaceAll(/[[\]]/g, '') }), port: Number(port) } };
}
