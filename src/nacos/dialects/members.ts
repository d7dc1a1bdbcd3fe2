/** The member list and a node's own entry in it, as 1.3 and later write them (core's `Member`). */

import type { Member, MemberState, RaftGroup, SelfView } from '../../model.ts';
import { memberStates } from '../../model.ts';
import type { Fields } from './fields.ts';
import { fieldsAt, listAt, refuse, textAt } from './fields.ts';

export function members(payload: unknown, at: string): readonly Member[] {
  return listAt(payload, at).map((row, i) => memberAt(fieldsAt(row, `${at}[${i}]`), `${at}[${i}]`));
}

export function memberAt(row: Fields, at: string): Member {
  const { version, readyToUpgrade: ready } = extendInfo(row, at);
  if (version !== undefined && version !== null && typeof version !== 'string') throw refuse(`${at}.extendInfo.version`, 'a text', version);
  return {
    address: addressOf(row, at),
    state: stateOf(row, at),
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
    ...(typeof ready === 'boolean' ? { readyToUpgrade: ready } : {}),
  };
}

/**
 * A node's own entry. Peers' entries are as old as their last report, hence never asked for raft. Groups differ by
 * version; a standalone node before 2.0 has no raft data at all (recorded: 1.4.1, 2.2.4).
 */
export function selfView(payload: unknown, at: string): SelfView {
  const row = fieldsAt(payload, at);
  const extended = extendInfo(row, at);
  return {
    address: addressOf(row, at),
    state: stateOf(row, at),
    raftAddress: `${ipOf(row, at)}:${raftPort(extended, portOf(row, at), at)}`,
    raft: raftGroups(extended, `${at}.extendInfo`),
  };
}

/** `version` of the node's own entry: the only place where a 1.3-2.5 server without its console says it. */
export function selfVersion(payload: unknown, at: string): string {
  return memberAt(fieldsAt(payload, at), at).version ?? '';
}

function extendInfo(row: Fields, at: string): Fields {
  const value = row['extendInfo'];
  return value === undefined || value === null ? {} : fieldsAt(value, `${at}.extendInfo`);
}

function addressOf(row: Fields, at: string): string {
  const address = row['address'];
  return typeof address === 'string' && address !== '' ? address : `${ipOf(row, at)}:${portOf(row, at)}`;
}

function ipOf(row: Fields, at: string): string {
  return textAt(row, 'ip', at);
}

function portOf(row: Fields, at: string): number {
  const port = row['port'];
  if (!isPort(port)) throw refuse(`${at}.port`, 'a port', port);
  return port;
}

/** A string in every version seen; by default the server's port less 1000. */
function raftPort(extended: Fields, port: number, at: string): number {
  const value = extended['raftPort'];
  if (value === undefined || value === null) return port - 1000;
  const number = typeof value === 'string' ? Number(value) : value;
  if (!isPort(number)) throw refuse(`${at}.extendInfo.raftPort`, 'a port', value);
  return number;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}

function stateOf(row: Fields, at: string): MemberState {
  const value = row['state'];
  const state = memberStates.find((known) => typeof value === 'string' && known.toUpperCase() === value);
  if (state === undefined) throw refuse(`${at}.state`, 'a member state', value);
  return state;
}

/** A group without a term has not started yet, or reported nothing but an error. The leader is sticky: a lost one stays named. */
function raftGroups(extended: Fields, at: string): readonly RaftGroup[] {
  const data = extended['raftMetaData'];
  if (data === undefined || data === null) return [];
  const map = fieldsAt(fieldsAt(data, `${at}.raftMetaData`)['metaDataMap'] ?? {}, `${at}.raftMetaData.metaDataMap`);
  const groups: RaftGroup[] = [];
  for (const [group, value] of Object.entries(map)) {
    const where = `${at}.raftMetaData.metaDataMap.${group}`;
    const fields = fieldsAt(value, where);
    const { leader, term } = fields;
    if (leader !== undefined && leader !== null && typeof leader !== 'string') throw refuse(`${where}.leader`, 'a text', leader);
    if (term === undefined || term === null) continue;
    if (typeof term !== 'number' || !Number.isInteger(term)) throw refuse(`${where}.term`, 'a whole number', term);
    const inGroup = membersIn(fields, where);
    groups.push({
      group, term,
      ...(typeof leader === 'string' && leader !== '' ? { leader } : {}),
      ...(inGroup === undefined ? {} : { members: inGroup }),
    });
  }
  return groups;
}

/** `ip:raftPort` of each, in no order of the server's; absent until the group's first configuration. */
function membersIn(group: Fields, at: string): readonly string[] | undefined {
  const value = group['raftGroupMember'];
  if (value === undefined || value === null) return undefined;
  return listAt(value, `${at}.raftGroupMember`).map((member, i) => {
    if (typeof member !== 'string') throw refuse(`${at}.raftGroupMember[${i}]`, 'a text', member);
    return member;
  }).toSorted();
}
