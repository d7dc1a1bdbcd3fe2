/**
 * Bounds the connections. A full house does not turn the next client away but shows out the one that has kept it waiting
 * longest: who is slow to ask, then who is slow to send, then who was asked for least lately.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Guest {
  /** Cuts the connection. */
  cut: () => void;
  /** Its request under way. */
  request?: IncomingMessage;
}

/** `secure` says that the server speaks TLS. Returns what cuts every connection. */
export function boundConnections(server: Server, most: number, secure: boolean): () => void {
  /** In the order of their last step; a socket and the TLS socket over it have one key. */
  const guests = new Map<string, Guest>();

  function leave(key: string, guest: Guest): void {
    if (guests.get(key) === guest) guests.delete(key);
  }

  server.prependListener('connection', (socket: Socket) => {
    if (guests.size >= most) showOut();
    const key = keyOf(socket);
    const guest: Guest = { cut: () => void (secure ? endHandshake(socket) : socket.destroy()) };
    guests.set(key, guest);
    socket.once('close', () => leave(key, guest));
  });
  server.on('secureConnection', (socket: Socket) => {
    const key = keyOf(socket);
    const guest = guests.get(key);
    if (guest === undefined) return;
    guest.cut = () => void socket.destroy();
    socket.once('close', () => leave(key, guest));
  });
  server.prependListener('request', (request, response) => {
    const key = keyOf(request.socket);
    const guest = guests.get(key);
    if (guest === undefined) return;
    guest.request = request;
    response.once('close', () => {
      delete guest.request;
      if (guests.delete(key)) guests.set(key, guest);
    });
  });

  return () => {
    for (const { cut } of guests.values()) cut();
  };

  function showOut(): void {
    const all = [...guests];
    const victim = all.find(([, { request }]) => request === undefined) ?? all.find(([, { request }]) => request?.complete === false) ?? all[0];
    if (victim === undefined) return;
    guests.delete(victim[0]);
    victim[1].cut();
  }
}

/**
 * The TLS socket over this one shares its handle and is not known before the handshake is over; destroying this one under it
 * crashes Node 20. It ends itself when told that this one is closed.
 */
const endHandshake = (socket: Socket): boolean => socket.emit('close');

const keyOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;
