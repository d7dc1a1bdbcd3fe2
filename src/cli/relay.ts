/** The chat relay of a configuration: which channels are on, and how their secrets are read. */

import type { RelayConfig } from '../config/config.ts';
import { parseHookUrl } from '../config/hook-url.ts';
import { readSecret, type SecretSources } from '../config/secret.ts';
import { channelNames, type ChannelName } from '../relay/channels.ts';
import type { RelaySettings } from '../relay/relay.ts';

export function channelsOf(config: RelayConfig): readonly ChannelName[] {
  return channelNames.filter((name) => config[name] !== undefined);
}

export function relaySettings(config: RelayConfig, sources: SecretSources): RelaySettings {
  return {
    language: config.language,
    ...(config.externalUrl === undefined ? {} : { divergencePage: `${config.externalUrl}/divergence` }),
    on: new Set(channelsOf(config)),
    hook(name) {
      const channel = config[name];
      if (channel === undefined) throw new Error('turned off by a reload');
      const url = parseHookUrl(readSecret(channel.url, sources, `relay.${name}.url`));
      if ('mistake' in url) throw new Error(`relay.${name}.url: ${url.mistake.message}`);
      return { url: url.value, ...(channel.secret === undefined ? {} : { secret: readSecret(channel.secret, sources, `relay.${name}.secret`) }) };
    },
  };
}
