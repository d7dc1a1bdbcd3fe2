/** Every word of the pages in Chinese. */

import type { Texts } from './texts-en.ts';

const number = new Intl.NumberFormat('zh-CN');
const n = (value: number): string => number.format(value);
const list = (items: readonly string[]): string => items.join('、');

export const zh: Texts = {
  code: 'zh-CN',
  number: n,
  percent: (share) => `${share === 1 ? 100 : Math.min(99, Math.round(share * 100))}%`,
  age: (seconds) => {
    if (seconds < 60) return `${seconds} 秒`;
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} 分钟`;
    if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} 小时 ${Math.floor((seconds % 3_600) / 60)} 分钟`;
    return `${Math.floor(seconds / 86_400)} 天 ${Math.floor((seconds % 86_400) / 3_600)} 小时`;
  },
  ago: (age) => `${age}前`,
  list,

  skip: '跳到正文',
  product: 'nacos-exporter',
  pages: '页面',
  status: '状态',
  divergence: '差异',
  otherLanguage: 'English',

  live: {
    on: '每 5 秒更新',
    pause: '暂停更新',
    resume: '恢复更新',
    paused: '已暂停更新，页面内容不再变化。',
    stale: 'Exporter 无响应，当前显示的是旧数据；最近一次响应：{time}。',
    back: 'Exporter 已恢复响应。',
  },

  headline: {
    ok: '可信', care: '可信，但需留意', bad: '不可信', unknown: '尚不清楚',
    only: (nodes) => `节点 ${list(nodes)} 不可信`,
  },
  level: { ok: '可信', care: '留意', bad: '不可信', unknown: '不清楚', note: '提示' },
  allWell: (nodes) => (nodes === 1 ? '唯一的节点正常响应。' : `全部 ${n(nodes)} 个节点正常响应，内容一致。`),
  allAnswer: (nodes) => (nodes === 1 ? '唯一的节点正常响应。' : `全部 ${n(nodes)} 个节点正常响应。`),
  clustersWell: (count) => (count === 1 ? '注册中心可信' : `全部 ${n(count)} 个注册中心可信`),
  clustersBad: (bad, all) => `${n(all)} 个注册中心中有 ${n(bad)} 个不可信`,
  clustersCare: (care, all) => `${n(all)} 个注册中心中有 ${n(care)} 个需要留意`,
  noClusters: '没有被采集的集群',

  reason: (reason, time) => {
    switch (reason.code) {
      case 'not_polled': return '尚未完成第一次采集。';
      case 'stale': return `自 ${time(reason.since)} 起没有读到任何数据：exporter 自身卡住或网络中断。`;
      case 'nobody_up': return '没有节点响应。';
      case 'nobody_votes': return '没有节点可以参与表决：没有一致值。';
      case 'quorum': return `${n(reason.expected)} 个节点中只有 ${n(reason.up)} 个存活：未过半数，持久化数据无法变更。`;
      case 'differs': return `${n(reason.services)} 个服务在 ${list(reason.nodes)} 上不一致${reason.since === undefined ? '' : `，始于 ${time(reason.since)}`}。`;
      case 'loss': return `${reason.namespace}：${n(reason.baseline)} 个实例中消失了 ${n(reason.lost)} 个。`;
      case 'unhealthy': return `${reason.namespace}：${n(reason.instances)} 个实例中有 ${n(reason.unhealthy)} 个不健康。`;
      case 'no_leader': return `Raft 组 ${reason.group} 没有 leader。`;
      case 'leaders': return `Raft 组 ${reason.group} 有 ${n(reason.leaders)} 个 leader。`;
      case 'down': return `${reason.node} 已宕机。`;
      case 'unread': return `${reason.node}：无法读取其服务目录。`;
      case 'frozen': return `${reason.node} 停滞不动：它的客户端看到的是过去的数据。`;
      case 'not_ready': return `${reason.node} 存活，但自称未就绪。`;
      case 'joining': return `${reason.node} 启动后正在同步${reason.lacks === undefined || reason.lacks === 0 ? '' : `，还缺 ${n(reason.lacks)} 个实例`}。`;
      case 'absent': return `${n(reason.count)} 个应有的节点不在成员列表中。`;
      case 'protected': return `${n(reason.count)} 个服务触发了保护阈值：消费者也会得到不健康的实例。`;
      case 'tied': return `${list(reason.namespaces)} 的表决节点各占一半，无法判断谁对谁错。`;
      case 'suspected': return `${n(reason.count)} 个服务疑似不一致，可能只是同步尚未完成。`;
      case 'sampled': return '差异太多，无法逐一确认：已确认的只是抽样结果。';
      case 'not_compared': return '尚未比较内容，只比较了数量。';
      case 'versions': return `节点版本不同：${list(reason.versions)}。`;
      case 'failing': return `${n(reason.count)} 项读取失败：见 exporter 自身状态。`;
    }
  },

  overview: {
    title: '集群',
    caption: '集群，最差的在前',
    cluster: '集群', verdict: '结论', why: '原因', nodes: '存活节点', instances: '一致实例数', differing: '不一致的服务', looked: '最近查看',
    none: '配置中没有集群。',
    all: '全部集群',
  },

  matrix: {
    title: '各命名空间在各节点上的实例',
    caption: '每个命名空间在每个节点上的实例数、健康比例，以及与一致值的差',
    namespace: '命名空间', agreed: '一致值', services: '个服务',
    none: '尚未读到任何服务目录。',
    legend: '每格：该节点显示的实例数、健康比例、与一致值的差（= 表示相同）。“≠ 2”：有两个实例的取值与一致值不同。–：未知，单元格会说明原因。',
    same: '与一致值相同', more: (count) => `比一致值多 ${n(count)} 个`, fewer: (count) => `比一致值少 ${n(count)} 个`,
    exact: (missing, surplus) => list([...(missing > 0 ? [`缺少 ${n(missing)} 个`] : []), ...(surplus > 0 ? [`多出 ${n(surplus)} 个`] : [])]),
    conflicting: (count) => `${n(count)} 个实例的取值与一致值不同`,
    healthy: (share) => `${share} 健康`,
    differing: (count) => `${n(count)} 个服务不一致`,
    noAgreed: '没有一致值：没有节点对该命名空间表决',
    incomparable: '没有可比较的一致值',
    absent: { down: '节点已宕机', unread: '尚未读取，或读取时间过久', failed: '读取服务目录失败', unsupported: '该版本不提供', unknown_here: '该节点没有列出此命名空间' },
    protected: (count) => `${n(count)} 个触发保护`,
    filter: '命名空间包含',
  },

  nodes: {
    title: '节点', caption: '集群成员：状态、版本、表决、leader 以及最近读取时间',
    node: '节点', state: '状态', version: '版本', vote: '表决', leads: '担任 leader', seen: '其他节点视为 UP', latency: '延迟', read: '目录读取',
    up: '存活', down: '宕机', unknown: '尚未检查', notReady: '未就绪',
    votes: { votes: '是', down: '否：宕机', unread: '否：近期未读到', joining: '否：启动后正在同步', frozen: '否：停滞不动' },
    lacks: (count) => `缺 ${n(count)}`,
    seenOf: (up, of) => `${n(up)} / ${n(of)}`,
    ms: (value) => `${n(value)} ms`,
    noVersion: '节点没有提供版本', noLeads: '自身没有声明担任任何 Raft 组的 leader', noSeen: '没有其他成员提供', noLatency: '未测量', noRead: '尚未读取其目录',
  },

  differences: {
    title: '当前差异', all: (count) => `全部 ${n(count)} 个不一致的服务`,
    caption: '节点之间不一致的服务：逐个实例列出一致值和节点显示的值',
    none: '所有响应的节点内容一致。', notCompared: '尚未比较。', nothingFound: '没有符合筛选条件的结果。', clear: '清除筛选',
    service: '服务', namespace: '命名空间', kind: '类型', since: '始于 (UTC)', instance: '实例', what: '字段', agreed: '一致值', shown: '节点显示',
    kinds: { service: '整个服务', instance: '实例', health: '健康状态', attributes: '属性' },
    fields: { healthy: '健康', enabled: '启用', weight: '权重', metadata: '元数据' },
    confirmed: '已确认', suspected: '疑似',
    wontHeal: '不会自行恢复', causes: { not_replicated: '仅一个节点持有：该版本不会复制' },
    present: '存在', missing: '缺失', surplus: '多余', notAgreed: '无一致值', differs: '不同', absentField: '不是字段：整个实例',
    unknownValue: '没有记录具体取值', empty: '空',
    persistent: '持久', more: (count) => `另有 ${n(count)} 项`,
    sampled: '已确认的只是抽样：差异太多，无法逐一确认。',
    filter: '筛选', cluster: '集群', anyCluster: '全部', anyKind: '全部', anyNamespace: '全部', text: '服务、节点或地址包含', apply: '应用', link: '此视图的链接',
    configs: '配置', configsCaption: '节点提供的内容与存储不同的配置', config: '配置', node: '节点', content: '内容不同', difference: '差异',
    configsNone: '所有节点提供的配置与存储一致。',
    bounded: (listed, total) => `共 ${n(total)} 个，此处列出最早的 ${n(listed)} 个；排序和筛选只涉及这些。`,
    count: (from, to, total) => (total === 0 ? '没有服务' : `第 ${n(from)}–${n(to)} 个，共 ${n(total)} 个服务`),
    previous: '上一页', next: '下一页', paging: '列表分页', pageOf: (page, pages) => `第 ${n(page)} 页，共 ${n(pages)} 页`,
  },

  events: {
    title: '最近事件', caption: '实例最近发生的变化，最新的在前', time: '时间 (UTC)', service: '服务', instance: '实例', cause: '发生了什么', tag: '身份标签',
    none: 'Exporter 开始观察以来没有发生任何变化。', notRead: '尚未读取内容，事件未知。',
    causes: {
      registered: '注册', deregistered: '注销', expired: '过期：消失前已不健康', restarted: '重启：身份已变', flapped: '两分钟内消失又恢复',
      duplicate: '重复注册', metadata: '权重、元数据或启用状态改变', unhealthy: '变为不健康', recovered: '恢复健康',
    },
    noTag: '没有身份标签',
  },

  exporter: {
    title: 'Exporter 自身', version: '版本', running: '启动于', config: '当前配置生效于', reload: '最近一次重载', reloadOk: '已接受', reloadFailed: '被拒绝，沿用之前的配置',
    looked: '最近查看', failures: '启动以来失败的读取', dropped: '因限制未导出的序列', failing: '当前失败的读取', failingCaption: '最近一次到期时失败的读取',
    node: '节点', stage: '读取项', reason: '原因', detail: '详情', at: '时间 (UTC)', noneFailing: '无', never: '尚未',
  },
  sortBy: (column) => `按${column}排序`,
};
