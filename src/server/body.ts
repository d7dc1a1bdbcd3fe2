/** Assembles what `/metrics` serves of the clusters: the families in catalogue order, each under one header. */

import { renderFamily, type RenderedFamily } from '../metrics/exposition.ts';
import { servedFamilies, type ServedCluster } from '../metrics/self/families.ts';
import { headerText, type FamilyHeader, type TextFormat } from '../metrics/text.ts';

/** One cluster's share of a body. */
export interface BodyPart extends ServedCluster {
  readonly families: ReadonlyMap<string, RenderedFamily>;
}

/** From this size on a family's bytes are passed on as they are, and compressed once for as long as they stay the same. */
export const largeChunk = 64 << 10;

/**
 * The chunks of a body without its end. Large families are the renderer's own buffers, not copies: a body costs little
 * memory, and text and OpenMetrics share it.
 */
export function assemble(format: TextFormat, catalogue: readonly FamilyHeader[], parts: readonly BodyPart[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let smallBytes = 0;

  function closeSmall(): void {
    if (small.length > 0) chunks.push(Buffer.concat(small));
    small = [];
    smallBytes = 0;
  }

  function put(bytes: Uint8Array): void {
    if (bytes.length >= largeChunk) {
      closeSmall();
      chunks.push(bytes);
    } else {
      small.push(bytes);
      smallBytes += bytes.length;
      if (smallBytes >= largeChunk) closeSmall();
    }
  }

  function putFamily(header: FamilyHeader, rendered: readonly RenderedFamily[]): void {
    if (rendered.length === 0) return;
    put(Buffer.from(headerText(header, format)));
    for (const { bytes } of rendered) put(bytes);
  }

  for (const header of catalogue) putFamily(header, renderedOf(header.name, parts));
  for (const family of servedFamilies) {
    const rendered = renderFamily(undefined, family, parts);
    if (rendered.samples > 0) putFamily(family, [rendered]);
  }
  closeSmall();
  return chunks;
}

/** A family without samples is left out, header and all. */
function renderedOf(name: string, parts: readonly BodyPart[]): RenderedFamily[] {
  const rendered: RenderedFamily[] = [];
  for (const { families } of parts) {
    const family = families.get(name);
    if (family !== undefined && family.samples > 0) rendered.push(family);
  }
  return rendered;
}
