import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../src/relay/hide.ts';

const uuid = '693a91f6-7cd2-4bc4-97a0-0ec2f1a5aaa1';

describe('hideSecrets', () => {
  it.each([
    ['a token in the path', `https://open.feishu.cn/open-apis/bot/v2/hook/${uuid}`, undefined, `param invalid: ${uuid} of open-apis`, 'param invalid: *** of open-apis'],
    ['a key in the query', `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${uuid}`, undefined, `invalid webhook url, key ${uuid}`, 'invalid webhook url, key ***'],
    ['the whole address', `https://host/robot/send?access_token=${uuid}`, undefined, `no: https://host/robot/send?access_token=${uuid}.`, 'no: ***.'],
    ['the key of the signature', 'https://host/x', 'SEC"1/2 ', 'no: SEC"1/2 , SEC\\"1/2 , SEC%221%2F2%20', 'no: ***, ***, ***'],
    ['nothing that is too short to be one', 'https://host/send?v=2', undefined, 'version 2 at host', 'version 2 at host'],
  ])('hides %s', (_, url, secret, text, hidden) => {
    expect(hideSecrets(text, { url, ...(secret === undefined ? {} : { secret }) })).toBe(hidden);
  });
});
