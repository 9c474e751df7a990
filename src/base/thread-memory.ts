/** How much memory this thread holds: its heap, and the buffers outside of it. Owns: asking the engine. */
import { getHeapStatistics } from 'node:v8';

export function threadMemory(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
