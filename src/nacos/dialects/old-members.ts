/**
 * Members and raft before 1.4, when Nacos had a raft of its own (naming's RaftCore): 1.0-1.2 have no core API at all,
 * 1.3 has one but names only config's group in it. Written from the source of 1.1.4; no recording exists.
 */

import type { Member, SelfView } from '../../model.ts';
import { fieldsAt, listAt, refuse, textAt } from './fields.ts';
import { memberAt } from './members.ts';

/**
 * `/v1/ns/operator/servers`: `{"servers":[{"ip","servePort":8848,"alive":true,"key":"ip:8848",…}]}` in 1.0-1.2, Member
 * objects from 1.3. `alive` is this node's opinion, like a member's state.
 */
export function oldServers(payload: unknown, at: string): readonly Member[] {
  const servers = listAt(fieldsAt(payload, at)['servers'], `${at}.servers`);
  return servers.map((value, i) => {
    const where = `${at}.servers[${i}]`;
    const row = fieldsAt(value, where);
    if (row['state'] !== undefined) return memberAt(row, where);
    const { alive, servePort } = row;
    if (typeof alive !== 'boolean') throw refuse(`${where}.alive`, 'true or false', alive);
    if (typeof servePort !== 'number' || !Number.isInteger(servePort)) throw refuse(`${where}.servePort`, 'a port', servePort);
    return { address: `${textAt(row, 'ip', where)}:${servePort}`, state: alive ? 'up' : 'down' };
  });
}

/**
 * `/v1/ns/operator/cluster/state`: this node's own peer, `{"ip":"10.0.0.1:8848","term":5,"state":"LEADER",…}`; the peer's
 * `ip` is the server's address with its HTTP port. Preferred to `/v1/ns/raft/state`, which does not say who answers and
 * whose word on the others is stale. `voteFor` is no claim: null after a restart, and a vote is not yet a leader.
 */
export function oldPeer(payload: unknown, at: string): SelfView {
  const peer = fieldsAt(payload, at);
  const address = textAt(peer, 'ip', at);
  const { state, term } = peer;
  if (state !== 'LEADER' && state !== 'FOLLOWER' && state !== 'CANDIDATE') throw refuse(`${at}.state`, 'a raft state', state);
  if (typeof term !== 'number' || !Number.isInteger(term)) throw refuse(`${at}.term`, 'a whole number', term);
  return {
    address,
    raftAddress: address,
    raft: [state === 'LEADER' ? { group: 'naming', leader: address, term } : { group: 'naming', term }],
  };
}
