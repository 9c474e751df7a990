/** Whether the desk is there: who is logged in, with which token forms act, which files pages load now; else undefined. */
export async function takePulse() {
  try {
    const answer = await fetch('/pulse', { cache: 'no-store', signal: AbortSignal.timeout(6000) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Longer each time, and not when everybody else tries. */
export const restMs = (tries) => Math.min(30_000, 1000 * 2 ** tries) * (0.5 + Math.random() / 2);
