/** The answer to a method that a path does not take. */

import type { FastifyInstance } from 'fastify';

export const plainText = 'text/plain; charset=utf-8';

export function refuseAllButReads(app: FastifyInstance, url: string): void {
  refuseOthers(app, url, ['DELETE', 'PATCH', 'POST', 'PUT'], 'GET, HEAD');
}

export function refuseOthers(app: FastifyInstance, url: string, methods: string[], allow: string): void {
  app.route({
    method: methods, url,
    handler: async (_request, reply) => reply.code(405).header('allow', allow).type(plainText).send('method not allowed\n'),
  });
}
