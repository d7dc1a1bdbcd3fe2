/** `/alertmanager/<channel>`: where Alertmanager's webhook calls come in. A channel that is off is not there. */

import type { FastifyInstance } from 'fastify';

import { plainText, refuseOthers } from './refuse.ts';

export const receivingChannels = ['feishu', 'dingtalk', 'wecom'] as const;
export type ReceivingChannel = (typeof receivingChannels)[number];

export interface Receiver {
  isOn(channel: ReceivingChannel): boolean;
  /** Never rejects for what the call holds or a service answers: that is a status. `isGone` tells that the caller hung up. */
  receive(channel: ReceivingChannel, body: string, isGone: () => boolean): Promise<{ readonly status: number; readonly text: string }>;
  /** A call was answered with 4xx before its body was read. */
  refused(channel: ReceivingChannel, reason: string): void;
}

/** About 1,000 alerts in one group; `max_alerts` keeps a call below it. */
export const receiverBodyLimit = 1 << 20;

export function addReceivers(app: FastifyInstance, receiver: Receiver): void {
  for (const channel of receivingChannels) {
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      scope.addHook('onRequest', async (_request, reply) => (receiver.isOn(channel) ? undefined : reply.code(404).type(plainText).send('not found\n')));
      scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const reason = explanations[error.statusCode ?? 500];
        if (reason === undefined) throw error;
        receiver.refused(channel, reason);
        return reply.code(error.statusCode!).type(plainText).send(`${reason}\n`);
      });
      scope.post(`/alertmanager/${channel}`, { bodyLimit: receiverBodyLimit }, async (request, reply) => {
        const { status, text } = await receiver.receive(channel, typeof request.body === 'string' ? request.body : '', () => request.raw.socket.destroyed);
        return reply.code(status).type(plainText).send(text);
      });
      refuseOthers(scope, `/alertmanager/${channel}`, ['DELETE', 'GET', 'PATCH', 'PUT'], 'POST');
    });
  }
}

const explanations: Readonly<Record<number, string>> = {
  400: 'the body does not match its declared length or encoding',
  413: `the payload is larger than ${receiverBodyLimit} bytes; set max_alerts in the webhook's configuration, or group more finely`,
  415: 'the payload must be application/json',
};
