/** Why a bulk action is not begun, and the English sentences of it. */

export type BulkRefusal =
  | { readonly code: 'nothing-chosen' }
  | { readonly code: 'too-many'; readonly most: number }
  | { readonly code: 'unknown-batch' | 'batch-undone' | 'batch-running'; readonly batch: string };

export function describeBulkRefusal(refusal: BulkRefusal): string {
  switch (refusal.code) {
    case 'nothing-chosen':
      return 'No ticket is chosen; expected numbers, or a query that finds some';
    case 'too-many':
      return `There are too many tickets for one step; expected at most ${refusal.most}`;
    case 'unknown-batch':
      return `There is no bulk action "${refusal.batch}"`;
    case 'batch-undone':
      return `Nothing of the bulk action "${refusal.batch}" is left to take back`;
    case 'batch-running':
      return `The bulk action "${refusal.batch}" is under way; expected one that has ended`;
  }
}
