/** What the package offers to other programs: a reader of the documents that `nacos-exporter snapshot` writes, and their shape. */

export { parseSnapshot, SnapshotError } from './snapshot/parse.ts';
export { snapshotFormat, type ClusterDocument, type NamespaceDocument, type NodeDocument, type SnapshotDocument } from './snapshot/document.ts';
export type { ServiceContents } from './model.ts';
