/** Whether whoever asked has left before everything was said: nothing failed on our side, and nobody waits for an answer. */
export function hasGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
